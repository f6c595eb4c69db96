import type { NodeDefinition } from '../../define-node.ts';
import { deleteMails } from './delete.ts';
import { folders } from './folders.ts';
import { get } from './get.ts';
import { mark } from './mark.ts';
import { move } from './move.ts';
import { parse } from './parse.ts';
import { read } from './read.ts';
import { saveAttachments } from './save-attachments.ts';
import { send } from './send.ts';
import { waitForMail } from './wait-for.ts';

export const mailNodes: readonly NodeDefinition[] = [
  send,
  read,
  get,
  saveAttachments,
  mark,
  move,
  deleteMails,
  folders,
  waitForMail,
  parse,
];
