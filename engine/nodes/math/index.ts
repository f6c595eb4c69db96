import { calculate } from './calculate.ts';
import { round } from './round.ts';
import { statistics } from './statistics.ts';

export const mathNodes = [calculate, round, statistics];
