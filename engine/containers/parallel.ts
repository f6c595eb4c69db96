import { AppError } from '@casare/shared';
import { type Fiber, forkFiber } from '../fiber.ts';
import type { Completion, Failure, Frame, Wait } from '../frame.ts';
import { Outputs } from '../outputs.ts';
import type { ProgramScope } from '../program.ts';
import { errorContext, markHandled, unwind } from '../step-end.ts';
import { type Activation, bodyScope, failContainer, finishContainer, passOn } from './container.ts';

export type ParallelMode = 'all' | 'any' | 'settled';

interface Branch {
  port: string;
  fiber: Fiber;
  frame: Frame;
  outputs: Outputs;
}

interface Together {
  mode: ParallelMode;
  branches: readonly Branch[];
  /** The branch whose end decided for all. */
  decided: Branch | undefined;
}

/** Runs the branches at the same time. */
export function runParallel(fiber: Fiber, container: Activation, mode: ParallelMode, count: number): Wait {
  const won = (container.finished?.output as { winner?: string } | undefined)?.winner;
  const branches: Branch[] = [];
  for (let i = 1; i <= count; i++) {
    const port = `branch${i}`;
    const scope = bodyScope(fiber, container, port);
    if (scope === undefined) continue;
    fiber.outputs.clear(scope.start, scope.end);
    // The branches that lost a finished race are not run again.
    if (won === undefined || won === port) branches.push(openBranch(fiber, container, port, scope));
  }
  if (branches.length === 0) return finishContainer(fiber, container, { results: [] });
  return runTogether(fiber, container, { mode, branches, decided: undefined }, count);
}

function openBranch(fiber: Fiber, container: Activation, port: string, scope: ProgramScope): Branch {
  const outputs = new Outputs(scope.start, scope.end, fiber.outputs);
  const child = forkFiber(fiber, outputs, container.frame, `${container.path}/${port}/`, scope.entries);
  return { port, fiber: child, frame: child.frame as Frame, outputs };
}

async function runTogether(fiber: Fiber, container: Activation, together: Together, count: number): Promise<void> {
  await Promise.all(together.branches.map((branch) => runBranch(fiber, together, branch)));
  if (fiber.cancelled) return;
  const { branches, decided, mode } = together;
  const chosen = mode === 'any' && decided !== undefined ? [decided] : branches;
  for (const branch of chosen) branch.outputs.mergeIntoParent();
  const end = verdict(together);
  if (end?.kind === 'jump' && end.jump !== 'stop') {
    const error = new AppError('NODE_FAILED', 'Break and Continue cannot leave a branch of a Parallel step.');
    await failContainer(fiber, container, error);
  } else if (end?.kind === 'jump') await unwind(fiber, end);
  else if (end !== undefined) await passOn(fiber, container, end);
  else {
    if (mode !== 'all') for (const failure of failuresOf(branches)) markHandled(fiber, failure);
    await finishContainer(fiber, container, outputOf(together, count));
  }
}

async function runBranch(fiber: Fiber, together: Together, branch: Branch): Promise<void> {
  await fiber.run.parts.drive(branch.fiber);
  fiber.unlink(branch.fiber);
  const { end } = branch.fiber;
  if (end === undefined || together.decided !== undefined) return;
  const { mode } = together;
  const decides =
    end.kind === 'jump' || (end.kind === 'failed' && mode === 'all') || (end.kind === 'done' && mode === 'any');
  if (!decides) return;
  together.decided = branch;
  for (const other of together.branches) {
    if (other !== branch) other.fiber.abort(new Error('Another branch decided the Parallel step.'));
  }
}

/** What the whole step ends with; undefined: it finishes. */
function verdict({ mode, branches, decided }: Together): Completion | undefined {
  const end = decided?.fiber.end;
  if (end !== undefined && end.kind !== 'done') return end;
  if (mode !== 'any' || end !== undefined) return undefined;
  const [first] = failuresOf(branches);
  return first && { kind: 'failed', failure: first };
}

function failuresOf(branches: readonly Branch[]): Failure[] {
  return branches.flatMap(({ fiber }) => (fiber.end?.kind === 'failed' ? [fiber.end.failure] : []));
}

function outputOf({ mode, branches, decided }: Together, count: number): unknown {
  const results: unknown[] = new Array<unknown>(count).fill(null);
  const errors: unknown[] = new Array<unknown>(count).fill(null);
  for (const { port, fiber, frame } of branches) {
    const i = Number(port.slice('branch'.length)) - 1;
    if (fiber.end?.kind === 'failed') errors[i] = errorContext(fiber.end.failure);
    else if (fiber.end?.kind === 'done') results[i] = frame.lastOutput ?? null;
  }
  if (mode === 'all') return { results };
  return mode === 'any' ? { results, winner: decided?.port } : { results, errors };
}
