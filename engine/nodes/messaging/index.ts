import { discord } from './discord.ts';
import { notify } from './notify.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegramAnswer } from './telegram-answer.ts';
import { telegramEdit } from './telegram-edit.ts';
import { telegramSend } from './telegram-send.ts';
import { telegramUpdates } from './telegram-updates.ts';
import { whatsapp } from './whatsapp.ts';

export const messagingNodes = [
  slack,
  teams,
  discord,
  telegramSend,
  telegramEdit,
  telegramUpdates,
  telegramAnswer,
  whatsapp,
  notify,
];
