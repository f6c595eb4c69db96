import { change } from './change.ts';
import { compare } from './compare.ts';
import { encode } from './encode.ts';
import { find } from './find.ts';
import { regex } from './regex.ts';
import { replace } from './replace.ts';
import { split } from './split.ts';
import { template } from './template.ts';

export const textNodes = [template, split, replace, regex, find, change, compare, encode];
