import type { NodeDefinition } from '../../define-node.ts';
import { batch } from './batch.ts';
import { close } from './close.ts';
import { columns } from './columns.ts';
import { execute } from './execute.ts';
import { insertRows } from './insert-rows.ts';
import { query } from './query.ts';
import { tableExists } from './table-exists.ts';
import { tables } from './tables.ts';

export const databaseNodes: readonly NodeDefinition[] = [
  query,
  execute,
  batch,
  insertRows,
  tables,
  columns,
  tableExists,
  close,
];
