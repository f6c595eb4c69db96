import { compareTables } from './compare-tables.ts';
import { convert } from './convert.ts';
import { deduplicate } from './deduplicate.ts';
import { dictionary } from './dictionary.ts';
import { filterRows } from './filter-rows.ts';
import { groupRows } from './group-rows.ts';
import { increment } from './increment.ts';
import { joinTables } from './join-tables.ts';
import { jsonParse } from './json-parse.ts';
import { jsonStringify } from './json-stringify.ts';
import { list } from './list.ts';
import { log } from './log.ts';
import { random } from './random.ts';
import { set } from './set.ts';
import { setVariable } from './set-variable.ts';
import { sortRows } from './sort-rows.ts';
import { validate } from './validate.ts';
import { xmlParse } from './xml-parse.ts';

export const dataNodes = [
  setVariable,
  increment,
  log,
  set,
  list,
  dictionary,
  convert,
  validate,
  random,
  jsonParse,
  jsonStringify,
  xmlParse,
  filterRows,
  sortRows,
  groupRows,
  joinTables,
  compareTables,
  deduplicate,
];
