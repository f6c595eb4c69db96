import { add } from './add.ts';
import { difference } from './difference.ts';
import { format } from './format.ts';
import { now } from './now.ts';
import { parse } from './parse.ts';

export const dateNodes = [now, parse, format, add, difference];
