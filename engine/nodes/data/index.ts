import { addColumn } from './add-column.ts';
import { columns } from './columns.ts';
import { compareTables } from './compare-tables.ts';
import { convert } from './convert.ts';
import { csvParse } from './csv-parse.ts';
import { deduplicate } from './deduplicate.ts';
import { dictionary } from './dictionary.ts';
import { fillMissing } from './fill-missing.ts';
import { filterRows } from './filter-rows.ts';
import { groupRows } from './group-rows.ts';
import { htmlExtract } from './html-extract.ts';
import { htmlToText } from './html-to-text.ts';
import { increment } from './increment.ts';
import { joinTables } from './join-tables.ts';
import { jsonParse } from './json-parse.ts';
import { jsonStringify } from './json-stringify.ts';
import { list } from './list.ts';
import { log } from './log.ts';
import { lookup } from './lookup.ts';
import { pickRows } from './pick-rows.ts';
import { query } from './query.ts';
import { random } from './random.ts';
import { reshape } from './reshape.ts';
import { setVariable } from './set-variable.ts';
import { set } from './set.ts';
import { sortRows } from './sort-rows.ts';
import { tableText } from './table-text.ts';
import { unionTables } from './union-tables.ts';
import { validate } from './validate.ts';
import { xmlBuild } from './xml-build.ts';
import { xmlCheck } from './xml-check.ts';
import { xmlParse } from './xml-parse.ts';
import { xmlQuery } from './xml-query.ts';
import { yamlParse } from './yaml-parse.ts';
import { yamlStringify } from './yaml-stringify.ts';

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
  query,
  xmlParse,
  xmlQuery,
  xmlBuild,
  xmlCheck,
  yamlParse,
  yamlStringify,
  htmlExtract,
  htmlToText,
  csvParse,
  filterRows,
  sortRows,
  groupRows,
  joinTables,
  compareTables,
  deduplicate,
  columns,
  addColumn,
  fillMissing,
  lookup,
  reshape,
  unionTables,
  pickRows,
  tableText,
];
