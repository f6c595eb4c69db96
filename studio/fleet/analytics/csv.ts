import type { Analytics } from '@casare/shared';

/** The figures of the workflows as a spreadsheet reads them. */
export function workflowsCsv({ workflows }: Pick<Analytics, 'workflows'>): string {
  const head = [
    'workflow',
    'workflowId',
    'completed',
    'failed',
    'cancelled',
    'retried',
    'healed',
    'successRate',
    'durationP50Ms',
    'durationP90Ms',
    'durationP99Ms',
    'waitingP50Ms',
    'waitingP90Ms',
    'waitingP99Ms',
    'manualMinutes',
    'hoursSaved',
  ];
  const rows = workflows.map((row) => [
    row.name,
    row.workflowId,
    row.completed,
    row.failed,
    row.cancelled,
    row.retried,
    row.healed,
    row.successRate,
    row.duration.p50,
    row.duration.p90,
    row.duration.p99,
    row.waiting.p50,
    row.waiting.p90,
    row.waiting.p99,
    row.manualMinutes,
    row.hoursSaved,
  ]);
  return `${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** What begins like a formula gets an apostrophe: a spreadsheet would run it. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
