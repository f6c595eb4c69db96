import type { DatabaseSession } from '../../resources/databases.ts';
import { toRows } from './statement-fields.ts';

export interface ColumnFacts {
  name: string;
  type: string;
  nullable: boolean;
  default: string | null;
  primaryKey: boolean;
}

const columnQueries = {
  postgres: `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
      pg_get_expr(d.adbin, d.adrelid) as "default",
      exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as "primaryKey"
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where n.nspname = coalesce(nullif($1, ''), current_schema()) and c.relname = $2
      and c.relkind in ('r', 'v', 'm', 'f', 'p') and a.attnum > 0 and not a.attisdropped
    order by a.attnum`,
  mysql: `select column_name as \`name\`, column_type as \`type\`, is_nullable = 'YES' as \`nullable\`,
      nullif(column_default, 'NULL') as \`default\`, column_key = 'PRI' as \`primaryKey\`
    from information_schema.columns
    where table_schema = coalesce(nullif(?, ''), database()) and table_name = ?
    order by ordinal_position`,
  sqlite: `select name, type, "notnull" = 0 and pk = 0 as nullable, dflt_value as "default", pk > 0 as "primaryKey"
    from (select ? as in_schema, ? as in_table) wanted,
      pragma_table_info(wanted.in_table, coalesce(nullif(wanted.in_schema, ''), 'main')) order by cid`,
};

const tableQueries = {
  postgres: `select c.relname as name, n.nspname as "schema", case when c.relkind in ('v', 'm') then 'view' else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = coalesce(nullif($1, ''), current_schema()) and c.relkind in ('r', 'v', 'm', 'f', 'p')
    order by 1`,
  mysql: `select table_name as \`name\`, table_schema as \`schema\`, if(table_type like '%VIEW', 'view', 'table') as \`kind\`
    from information_schema.tables where table_schema = coalesce(nullif(?, ''), database()) order by 1`,
  sqlite: `select name, schema, type as kind from pragma_table_list
    where schema = coalesce(nullif(?, ''), 'main') and name not like 'sqlite\\_%' escape '\\' order by 1`,
};

export interface TableFacts {
  name: string;
  schema: string;
  kind: 'table' | 'view';
}

export async function readTables(session: DatabaseSession, schema: string): Promise<TableFacts[]> {
  const found = await session.run(tableQueries[session.kind], [schema]);
  return toRows(found).map((row) => ({
    name: String(row['name']),
    schema: String(row['schema']),
    kind: row['kind'] === 'view' ? 'view' : 'table',
  }));
}

export async function readColumns(session: DatabaseSession, schema: string, table: string): Promise<ColumnFacts[]> {
  const found = await session.run(columnQueries[session.kind], [schema, table]);
  return toRows(found).map((row) => ({
    name: String(row['name']),
    type: String(row['type']).toLowerCase(),
    nullable: Boolean(row['nullable']),
    default: row['default'] as string | null,
    primaryKey: Boolean(row['primaryKey']),
  }));
}
