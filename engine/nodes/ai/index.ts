import { answer } from './answer.ts';
import { chat } from './chat.ts';
import { checkExtraction } from './check-extraction.ts';
import { classify } from './classify.ts';
import { condition } from './condition.ts';
import { decide } from './decide.ts';
import { embed } from './embed.ts';
import { extractInvoice } from './extract-invoice.ts';
import { extractTable } from './extract-table.ts';
import { extract } from './extract.ts';
import { forget } from './forget.ts';
import { remember } from './remember.ts';
import { search } from './search.ts';
import { summarise } from './summarise.ts';
import { switchNode } from './switch.ts';
import { translate } from './translate.ts';

export const aiNodes = [
  chat,
  extract,
  extractInvoice,
  extractTable,
  checkExtraction,
  classify,
  summarise,
  translate,
  condition,
  switchNode,
  decide,
  embed,
  remember,
  search,
  answer,
  forget,
];
