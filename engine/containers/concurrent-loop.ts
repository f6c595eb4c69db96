import { type Fiber, forkFiber } from '../fiber.ts';
import type { Completion, Frame, Wait } from '../frame.ts';
import { Outputs } from '../outputs.ts';
import type { ProgramScope } from '../program.ts';
import { unwind } from '../step-end.ts';
import { type Activation, bodyScope, finishContainer, passOn } from './container.ts';

interface Pool {
  fiber: Fiber;
  container: Activation;
  scope: ProgramScope;
  items: readonly unknown[];
  results: unknown[];
  running: Set<Fiber>;
  begun: number;
  /** A failure, a `break` or a `stop` that ends the loop. */
  end: Completion | undefined;
  /** The last iteration that finished, by index: its outputs are what later steps see, as after a sequential loop. */
  last: { index: number; outputs: Outputs } | undefined;
}

/** Runs a body once per item, up to `concurrency` at a time. Results stand in the order of the items. */
export function loopConcurrently(
  fiber: Fiber,
  container: Activation,
  items: readonly unknown[],
  concurrency: number,
  collect: boolean,
): Wait {
  const scope = bodyScope(fiber, container, 'body');
  if (scope === undefined) return finishContainer(fiber, container, { count: items.length });
  fiber.outputs.clear(scope.start, scope.end);
  const results = collect ? items.map(() => null) : [];
  const running = new Set<Fiber>();
  const pool: Pool = { fiber, container, scope, items, results, running, begun: 0, end: undefined, last: undefined };
  return runPool(pool, concurrency, collect);
}

async function runPool(pool: Pool, concurrency: number, collect: boolean): Promise<void> {
  const { fiber, container } = pool;
  const workers = Array.from({ length: Math.min(concurrency, pool.items.length) }, () => work(pool, collect));
  await Promise.all(workers);
  if (fiber.cancelled) return;
  pool.last?.outputs.mergeIntoParent();
  const { end } = pool;
  if (end?.kind === 'failed') await passOn(fiber, container, end);
  else if (end?.kind === 'jump' && end.jump === 'stop') await unwind(fiber, end);
  else
    await finishContainer(
      fiber,
      container,
      collect ? { count: pool.begun, results: pool.results } : { count: pool.begun },
    );
}

async function work(pool: Pool, collect: boolean): Promise<void> {
  const { fiber, container, scope, items } = pool;
  while (pool.begun < items.length && pool.end === undefined && !fiber.cancelled) {
    const i = pool.begun++;
    const outputs = new Outputs(scope.start, scope.end, fiber.outputs);
    const child = forkFiber(fiber, outputs, container.frame, `${container.path}[${i}]/`, scope.entries);
    const frame = child.frame as Frame;
    frame.item = items[i];
    frame.index = i;
    pool.running.add(child);
    await fiber.run.parts.drive(child);
    pool.running.delete(child);
    fiber.unlink(child);
    if (child.end !== undefined) noteEnd(pool, child.end, i, frame, outputs, collect);
  }
}

function noteEnd(pool: Pool, end: Completion, index: number, frame: Frame, outputs: Outputs, collect: boolean): void {
  if (end.kind !== 'failed') {
    if (collect) pool.results[index] = frame.lastOutput ?? null;
    if (pool.last === undefined || pool.last.index < index) pool.last = { index, outputs };
  }
  const goesOn = end.kind === 'done' || (end.kind === 'jump' && end.jump === 'continue');
  if (goesOn || pool.end !== undefined) return;
  pool.end = end;
  for (const other of pool.running) other.abort(new Error('Another iteration ended the loop.'));
}
