import { asAppError, toWire, type WireError } from '@casare/shared';
import { type MessagePort, parentPort, type Transferable } from 'node:worker_threads';
import { type DocumentOperation, documentOperations } from '../formats/documents/operations.ts';

// The thread documents are read and made in. Rows come and go in parts, so that neither side stands still for long.

export type DocumentOrder =
  | { kind: 'rows'; rows: unknown[] }
  | { kind: 'run'; operation: DocumentOperation; input: Record<string, unknown>; withRows: boolean }
  | { kind: 'next' };
export type DocumentAnswer =
  | { kind: 'rows'; rows: unknown[] }
  | { kind: 'progress'; fraction: number }
  | { kind: 'done'; output: Record<string, unknown>; withRows: boolean }
  | { kind: 'fault'; error: WireError };

const partSize = 2000;

let rows: unknown[] = [];
let takeNext = () => {};

function listen(port: MessagePort): void {
  const send = (answer: DocumentAnswer, transfer: Transferable[] = []) => port.postMessage(answer, transfer);
  port.on('message', (order: DocumentOrder) => {
    if (order.kind === 'next') takeNext();
    else if (order.kind === 'rows') for (const row of order.rows) rows.push(row);
    else void run(order, send);
  });
}

async function run(
  { operation, input, withRows }: DocumentOrder & { kind: 'run' },
  send: (answer: DocumentAnswer, transfer?: Transferable[]) => void,
): Promise<void> {
  const given = withRows ? { ...input, rows } : input;
  rows = [];
  try {
    // The types of the pairs are held by DocumentAccess; here only the name is known.
    const work = documentOperations[operation] as (input: unknown, hooks: object) => Promise<Record<string, unknown>>;
    const output = await work(given, { progress: (fraction: number) => send({ kind: 'progress', fraction }) });
    const { rows: found, ...rest } = output;
    if (!Array.isArray(found)) {
      send({ kind: 'done', output, withRows: false }, ownBuffers(output));
      return;
    }
    for (let start = 0; start < found.length; start += partSize) {
      const next = new Promise<void>((resolve) => {
        takeNext = resolve;
      });
      send({ kind: 'rows', rows: found.slice(start, start + partSize) });
      await next;
    }
    send({ kind: 'done', output: rest, withRows: true }, ownBuffers(rest));
  } catch (error) {
    send({ kind: 'fault', error: toWire(asAppError(error, 'NODE_FAILED')) });
  }
}

/** Bytes that go over without a copy: those that fill their buffer and do not share it. */
function ownBuffers(output: Record<string, unknown>): Transferable[] {
  const values = Object.values(output).flatMap((value) =>
    Array.isArray(value) && value.length < 10_000 ? value : [value],
  );
  const buffers = values.flatMap((value: unknown) => {
    const bytes = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null)?.bytes;
    const isWhole = bytes instanceof Uint8Array && bytes.buffer.byteLength === bytes.byteLength;
    return isWhole && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
  });
  return [...new Set(buffers)];
}

if (parentPort) listen(parentPort);
