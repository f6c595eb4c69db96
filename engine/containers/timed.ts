import { AppError } from '@casare/shared';
import { type Fiber, forkFiber } from '../fiber.ts';
import type { Frame, Wait } from '../frame.ts';
import { timerOver } from '../interrupt.ts';
import type { ProgramNode } from '../program.ts';
import { failStep, moveOn, routeFailure, unwind } from '../step-end.ts';

const noTargets: ReadonlyMap<string, readonly number[]> = new Map();

/** A container with a time limit runs in a fiber of its own, which can be stopped without its surroundings. */
export async function runTimed(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  timeoutMs: number,
  open: (child: Fiber, frame: Frame, node: ProgramNode) => Wait,
): Promise<void> {
  const { run } = fiber;
  const startedAt = run.lastAt;
  const child = forkFiber(fiber, fiber.outputs, frame, frame.prefix, []);
  const inner = child.frame as Frame;
  // Inside, the container leads nowhere and handles nothing; what comes after it is decided out here.
  const sealed: ProgramNode = { ...node, onError: 'stop', targets: noTargets, firstTargets: [] };
  const timer = new AbortController();
  const title = node.source.name || node.definition.title;
  const error = new AppError('NODE_TIMEOUT', `"${title}" took longer than its time limit of ${timeoutMs} ms.`, {
    details: { timeoutMs, path },
  });
  run.clock.sleep(timeoutMs, timer.signal).then(
    () => child.abort(error),
    () => undefined,
  );
  await run.parts.drive(child, open(child, inner, sealed));
  timer.abort(timerOver);
  fiber.unlink(child);
  if (fiber.cancelled) return;
  const { end } = child;
  if (end === undefined) await failStep(fiber, frame, node, path, error, undefined, startedAt);
  else if (end.kind === 'failed') await routeFailure(fiber, frame, node, end.failure);
  else if (end.kind === 'jump') await unwind(fiber, end);
  else {
    frame.lastOutput = inner.lastOutput;
    await moveOn(fiber, frame, node, node.firstPort);
  }
}
