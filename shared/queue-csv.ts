import { formatCsv, parseCsv } from './csv.ts';
import { AppError } from './errors.ts';
import { type FleetQueueItem, type NewFleetQueueItem, newQueueItemSchema } from './queues.ts';

/** Columns that say something of the item; every other one is a field of what it holds. */
const own = ['reference', 'priority', 'deadline', 'notBefore', 'maxRetries'] as const;
const numbers: readonly string[] = ['maxRetries'];

/** Items from a table with a line of names; throws with the line and what is wrong in it. */
export function queueItemsFromCsv(text: string): NewFleetQueueItem[] {
  const [names, ...rows] = parseCsv(text);
  if (!names || rows.length === 0)
    throw new AppError(
      'VALIDATION',
      'This table has no items: the first line names the columns, every other line is an item.',
    );
  return rows.map((row, n) => itemOf(names, row, n + 2));
}

function itemOf(names: readonly string[], row: readonly string[], line: number): NewFleetQueueItem {
  const item: Record<string, unknown> = {};
  const content: Record<string, string> = {};
  names.forEach((name, column) => {
    const value = row[column] ?? '';
    if (!own.some((known) => known === name)) content[name] = value;
    else if (value !== '') item[name] = numbers.includes(name) || isWhole(name, value) ? Number(value) : value;
  });
  const parsed = newQueueItemSchema.safeParse({ ...item, content });
  if (parsed.success) return { ...item, content };
  const [issue] = parsed.error.issues;
  throw new AppError('VALIDATION', `Line ${line}: ${issue?.path.join('.')} ${issue?.message}`, { details: { line } });
}

function isWhole(name: string, value: string): boolean {
  return name === 'priority' && /^\d+$/.test(value);
}

/** Items as a table: what is said of them, then a column for each field that any of them holds, then the result. */
export function queueItemsToCsv(items: readonly FleetQueueItem[]): string {
  const fields = [...new Set(items.flatMap(({ content }) => Object.keys(content)))];
  const names = [
    'id',
    'state',
    'reference',
    'priority',
    'attempt',
    'deadline',
    'createdAt',
    'startedAt',
    'endedAt',
  ] as const;
  const head = [...names, 'failure', 'reason', ...fields, 'output'];
  const rows = items.map((item) => [
    ...names.map((name) => textOf(item[name])),
    item.failure?.kind ?? '',
    item.failure?.reason ?? '',
    ...fields.map((field) => textOf(item.content[field])),
    textOf(item.output),
  ]);
  return formatCsv([head, ...rows]);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
