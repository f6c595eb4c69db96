import type { Fiber } from './fiber.ts';
import { done, type Wait } from './frame.ts';
import { runStep } from './run-step.ts';
import { unwind } from './step-end.ts';

/** Steps between two looks at the clock; a power of two less one. */
const lookMask = 511;

/** Runs a fiber to its end. What no workflow can handle (a journal that cannot be written) ends the run. */
export async function drive(fiber: Fiber, first?: Wait): Promise<void> {
  const { run } = fiber;
  run.tasks?.lineBegun(fiber);
  try {
    for (let wait = first ?? advance(fiber); wait !== undefined; wait = advance(fiber)) {
      if (run.effectUnflushed) await Promise.all([wait, run.flushNow()]);
      else {
        run.flushSoon();
        await wait;
      }
    }
  } catch (thrown) {
    run.fail(thrown);
  } finally {
    run.tasks?.lineEnded(fiber);
  }
}

/** Moves tokens until something has to be waited for: a plain loop, with no promise for a step that answers at once. */
function advance(fiber: Fiber): Wait {
  const { run } = fiber;
  const { nodes } = fiber.flow.program;
  let looked = 0;
  while (!fiber.cancelled) {
    const { frame } = fiber;
    if (frame === undefined) return undefined;
    const slot = frame.pending.pop();
    const node = slot === undefined ? undefined : nodes[slot];
    let wait: Wait;
    if (node === undefined) wait = unwind(fiber, done);
    else if (node.disabled) frame.pending.push(...node.firstTargets);
    else wait = runStep(fiber, frame, node);
    if (wait !== undefined) return wait;
    looked = (looked + 1) & lookMask;
    if (looked === 0) {
      wait = run.breathe();
      if (wait !== undefined) return wait;
    }
  }
  return undefined;
}
