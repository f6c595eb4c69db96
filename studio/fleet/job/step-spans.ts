import type { StepRow, WireError } from '@casare/shared';

export type SpanState = 'running' | 'waiting' | 'completed' | 'failed' | 'handled' | 'retrying';

/** One step on the timeline: a path and the times it ran. */
export interface StepSpan {
  path: string;
  nodeId: string;
  /** Containers around it. */
  depth: number;
  state: SpanState;
  start: number;
  /** Undefined while it runs. */
  end: number | undefined;
  /** Every try, the last one included. */
  tries: { start: number; end: number | undefined; ok: boolean }[];
  port: string | undefined;
  output: unknown;
  error: WireError | undefined;
  /** It asks people: what follows its start is the answer, not another try. */
  asks: boolean;
}

/**
 * Steps in the order they began. A journal row tells the end and the duration, hence the start; the `started` mark of a step that
 * has no end yet makes it running, unless the job has ended without it. While no robot has the job, a step that asks people waits.
 */
export function stepSpans(rows: readonly StepRow[], jobRuns: boolean, jobWaits = false): StepSpan[] {
  const spans = new Map<string, StepSpan>();
  for (const row of rows) {
    if (row.kind === 'state') continue;
    const span = spans.get(row.path) ?? emptySpan(row);
    spans.set(row.path, span);
    if (row.kind === 'started') {
      if (!span.asks) begin(span, row.at);
      span.asks = keepsDeadline(row);
    } else if (row.kind === 'handled') span.state = 'handled';
    else finish(span, row);
  }
  const list = [...spans.values()];
  if (!jobRuns) {
    for (const span of list) {
      if (span.state === 'running') abandon(span, rows.at(-1)?.at, jobWaits && span.asks ? 'waiting' : 'failed');
    }
  }
  return list.toSorted((a, b) => a.start - b.start || a.depth - b.depth);
}

/** Which round of the loops around it a step belongs to, counted from one: `#3`, `#3.1`; undefined outside of loops. */
export function iterationOf(path: string): string | undefined {
  const rounds = [...path.slice(0, path.lastIndexOf('/') + 1).matchAll(/\[(\d+)\]\//g)].map(([, i]) => Number(i) + 1);
  return rounds.length > 0 ? `#${rounds.join('.')}` : undefined;
}

function emptySpan(row: StepRow): StepSpan {
  return {
    path: row.path,
    nodeId: row.nodeId,
    depth: row.path.split('/').length - 1,
    state: 'running',
    start: row.at - (row.durationMs ?? 0),
    end: undefined,
    tries: [],
    port: undefined,
    output: undefined,
    error: undefined,
    asks: false,
  };
}

function begin(span: StepSpan, at: number): void {
  span.state = span.tries.length > 0 ? 'retrying' : 'running';
  span.end = undefined;
  span.tries.push({ start: at, end: undefined, ok: false });
}

function finish(span: StepSpan, row: StepRow): void {
  const open = span.tries.at(-1);
  const ok = row.kind === 'finished';
  if (open && open.end === undefined) {
    open.end = row.at;
    open.ok = ok;
  } else span.tries.push({ start: row.at - (row.durationMs ?? 0), end: row.at, ok });
  span.state = ok ? 'completed' : 'failed';
  span.end = row.at;
  span.start = Math.min(span.start, span.tries[0]?.start ?? span.start);
  span.port = row.port;
  span.output = row.output;
  span.error = row.error;
}

function keepsDeadline({ data }: StepRow): boolean {
  return typeof data === 'object' && data !== null && 'deadline' in data;
}

/** The job ended while the step had no end: a crash or a cancel; or it waits for people. */
function abandon(span: StepSpan, at: number | undefined, state: 'failed' | 'waiting'): void {
  const end = at ?? span.start;
  span.state = state;
  span.end = end;
  const open = span.tries.at(-1);
  if (open && open.end === undefined) open.end = end;
}
