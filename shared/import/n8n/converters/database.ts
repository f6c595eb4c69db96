import { isRecord, listAt, recordAt, textAt } from '../../json.ts';
import type { Conversion, Converter, ConverterTable, NodeReading } from '../converter.ts';

type Kind = 'postgres' | 'mysql' | 'sqlite';

function database(kind: Kind): Converter {
  return {
    reads: 'list',
    convert(reading) {
      const credential = textAt(Object.values(reading.node.credentials ?? {})[0], 'name') || kind;
      const target = { kind, connection: reading.secret('connection', credential) };
      const operation = textAt(reading.params, 'operation') || 'insert';
      switch (operation) {
        case 'executeQuery':
          return runSql(reading, target);
        case 'select':
          return selectRows(reading, target);
        case 'insert':
        case 'upsert':
          return insertRows(reading, target, operation === 'upsert');
        default:
          reading.partial(`"${operation}" has no step of its own; write the statement.`);
          return {
            type: 'database.execute',
            params: { ...target, sql: `-- ${operation} ${tableName(reading)}` },
            gives: { kind: 'list', path: '.rows' },
          };
      }
    },
  };
}

function runSql(reading: NodeReading, target: Record<string, unknown>): Conversion {
  const sql = reading.params.query;
  const text = typeof sql === 'string' ? sql : '';
  const replacement =
    textAt(reading.params, 'options', 'queryReplacement') || textAt(reading.params, 'additionalFields', 'queryParams');
  const isReading = /^=?\s*(?:--[^\n]*\n\s*)*(select|with|show|explain|values)\b/i.test(text);
  if (text.includes('{{'))
    reading.partial('Values stand in the text of the statement, which is unsafe: name them as parameters.');
  const parameters = replacement === '' ? {} : { parameters: parameterList(reading, replacement) };
  return {
    type: isReading ? 'database.query' : 'database.execute',
    params: { ...target, sql: reading.read('query', ''), ...parameters, ...(text.includes('{{') && { sqlText: '' }) },
    gives: { kind: 'list', path: '.rows' },
  };
}

/** `={{ $json.a }}, {{ $json.b }}` or `={{ [$json.a, $json.b] }}`. */
function parameterList(reading: NodeReading, text: string): unknown {
  const translated = reading.translate(text);
  if (typeof translated !== 'string') return [];
  const pieces = text
    .replace(/^=/, '')
    .split(/,(?![^{]*\}\})/)
    .map((piece) => piece.trim());
  if (pieces.length === 1 && /^\{\{[^]*\}\}$/.test(pieces[0] ?? ''))
    return `\${Array.isArray(${inside(translated)}) ? ${inside(translated)} : [${inside(translated)}]}`;
  return pieces.map((piece) => reading.translate(text.startsWith('=') ? `=${piece}` : piece));
}

function inside(template: string): string {
  return template.replace(/^\$\{/, '(').replace(/\}$/, ')');
}

function tableName(reading: NodeReading): string {
  const { table } = reading.params;
  return isRecord(table) ? textAt(table, 'value') : textAt(reading.params, 'table');
}

function selectRows(reading: NodeReading, target: Record<string, unknown>): Conversion {
  const table = tableName(reading);
  const schema = textAt(reading.params, 'schema', 'value') || textAt(reading.params, 'schema');
  if (table.startsWith('=') || !/^[\w$]+$/.test(table))
    reading.partial('The table could not be read; write the statement.');
  if (listAt(reading.params, 'where', 'values').length > 0)
    reading.partial('The conditions of the selection are not taken over; write them behind WHERE.');
  const limit = reading.params.returnAll === true ? '' : ` LIMIT ${Number(reading.params.limit ?? 50) || 50}`;
  const name = [schema, table].filter((part) => /^[\w$]+$/.test(part)).join('.');
  return {
    type: 'database.query',
    params: { ...target, sql: `SELECT * FROM ${name || 'table_name'}${limit}` },
    gives: { kind: 'list', path: '.rows' },
  };
}

function insertRows(reading: NodeReading, target: Record<string, unknown>, isUpsert: boolean): Conversion {
  const wanted = textAt(reading.params, 'columns')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('='));
  const mapped = recordAt(reading.params, 'columns', 'value');
  const keys = listAt(reading.params, 'columns', 'matchingColumns').filter(
    (key): key is string => typeof key === 'string',
  );
  const isMapped = textAt(reading.params, 'columns', 'mappingMode') === 'defineBelow';
  const names = Object.keys(mapped);
  const list = reading.list();
  let rows = `\${${list}}`;
  if (isMapped && names.length > 0) {
    const fields = names.map(
      (name) => `'${name.replaceAll("'", "\\'")}': ${reading.expressionOver('row', mapped[name])}`,
    );
    rows = `\${${list}.map((row) => ({ ${fields.join(', ')} }))}`;
  }
  if (isUpsert && keys.length === 0) reading.partial('Name the columns by which a row is found again.');
  return {
    type: 'database.insertRows',
    params: {
      ...target,
      table: tableName(reading),
      rows,
      ...(wanted.length > 0 && { columns: wanted }),
      ...(isUpsert && { onConflict: 'update', keys }),
    },
    gives: 'input',
  };
}

export const DATABASES: ConverterTable = {
  postgres: database('postgres'),
  questDb: database('postgres'),
  timescaleDb: database('postgres'),
  crateDb: database('postgres'),
  mySql: database('mysql'),
  sqlite: database('sqlite'),
};
