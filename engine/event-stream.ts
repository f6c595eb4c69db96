import type { RunEvent, RunEventBody } from '@casare/shared';

/** A batch never grows beyond this, however busy a tick is. */
const largestBatch = 1000;

/** Numbers events and hands them over in batches of one tick. */
export interface EventStream {
  emit(body: RunEventBody): void;
  flush(): void;
}

export function createEventStream(onEvents: (events: RunEvent[]) => void, now: () => number): EventStream {
  let seq = 0;
  let batch: RunEvent[] = [];

  function flush(): void {
    if (batch.length === 0) return;
    const events = batch;
    batch = [];
    try {
      onEvents(events);
    } catch {
      // Whoever watches a run must not be able to break it.
    }
  }

  return {
    emit(body) {
      if (batch.length === 0) queueMicrotask(flush);
      batch.push({ seq: ++seq, at: now(), ...body } as RunEvent);
      if (batch.length >= largestBatch) flush();
    },
    flush,
  };
}

const previewBytes = 16 * 1024;

/** An output for people: whole up to 16 KiB of JSON, else the first part of its text. */
export function previewOf(output: unknown): { output?: unknown; truncated?: boolean } {
  if (output === undefined) return {};
  if (output === null || typeof output === 'number' || typeof output === 'boolean') return { output };
  const text = JSON.stringify(output);
  if (text.length * 3 <= previewBytes || Buffer.byteLength(text) <= previewBytes) return { output };
  return {
    output: Buffer.from(text.slice(0, previewBytes))
      .subarray(0, previewBytes - 4)
      .toString(),
    truncated: true,
  };
}
