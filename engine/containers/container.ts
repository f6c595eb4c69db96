import { type StepRow, toWire } from '@casare/shared';
import { type Fiber } from '../fiber.ts';
import { type BodyOwner, createFrame, type Completion, type Failure, type Frame, type Wait } from '../frame.ts';
import type { ProgramNode, ProgramScope } from '../program.ts';
import type { RecordedStep } from '../replay.ts';
import { failStep, finishStep, isCaught, replayFinished, routeFailure, unwind } from '../step-end.ts';

/** One activation of a container: where it stands and what the journal knows of it. */
export interface Activation {
  readonly frame: Frame;
  readonly node: ProgramNode;
  readonly path: string;
  /** The row of its end when the journal has it: its body is walked again, which replays every step in it. */
  readonly finished: StepRow | undefined;
  /** Last thing it kept with a `started` row. */
  readonly kept: unknown;
  readonly startedAt: number;
}

export function activate(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Activation {
  const { run } = fiber;
  const finished = recorded?.finished;
  if (finished === undefined) {
    run.steps += 1;
    run.events?.emit({ type: 'node.started', nodeId: node.id, path, attempt: 1 });
  }
  return { frame, node, path, finished, kept: recorded?.started?.data, startedAt: run.lastAt };
}

export function bodyScope(fiber: Fiber, container: Activation, port: string): ProgramScope | undefined {
  const index = container.node.bodies.get(port);
  return index === undefined ? undefined : fiber.flow.program.scopes[index];
}

/** A frame for a body, not entered yet. */
export function bodyFrame(container: Activation, owner: BodyOwner): Frame {
  return createFrame(container.frame, owner, '', []);
}

/** Begins a pass through a body with a frame that is used again and again. */
export function enterBody(fiber: Fiber, body: Frame, scope: ProgramScope, prefix: string): void {
  body.prefix = prefix;
  body.pending.length = 0;
  for (let i = 0; i < scope.entries.length; i++) body.pending.push(scope.entries[i] as number);
  body.counts = undefined;
  body.lastOutput = undefined;
  fiber.outputs.clear(scope.start, scope.end);
  fiber.frame = body;
}

export function finishContainer(fiber: Fiber, container: Activation, output: unknown): Wait {
  const { frame, node, path, finished, startedAt } = container;
  if (finished !== undefined) return replayFinished(fiber, frame, node, path, finished);
  return finishStep(fiber, frame, node, path, { output }, undefined, startedAt);
}

/** The container itself failed: its parameters, a limit of its own. */
export function failContainer(fiber: Fiber, container: Activation, thrown: unknown): Wait {
  const { frame, node, path, startedAt } = container;
  return failStep(fiber, frame, node, path, thrown, undefined, startedAt);
}

/** Its body ended in a way it does not handle itself. */
export function passOn(fiber: Fiber, container: Activation, end: Completion): Wait {
  if (end.kind === 'failed') return passFailure(fiber, container, end.failure);
  const { run } = fiber;
  const { node, path, startedAt } = container;
  const durationMs = run.lastAt - startedAt;
  run.events?.emit({ type: 'node.finished', nodeId: node.id, path, port: node.firstPort, durationMs });
  return unwind(fiber, end);
}

function passFailure(fiber: Fiber, container: Activation, failure: Failure): Wait {
  const { run } = fiber;
  const { frame, node, path, startedAt } = container;
  if (run.events !== undefined) {
    const handled = node.onError !== 'stop' || isCaught(frame);
    const error = run.redactor.value(toWire(failure.error));
    run.emit({ type: 'node.failed', nodeId: node.id, path, durationMs: run.lastAt - startedAt, error, handled });
  }
  return routeFailure(fiber, frame, node, failure);
}
