import { AppError, type RetryPolicy } from '@casare/shared';
import type { Fiber } from '../fiber.ts';
import type { Frame, Wait } from '../frame.ts';
import type { ProgramNode } from '../program.ts';
import type { RecordedStep } from '../replay.ts';
import { failStep, finishStep } from '../step-end.ts';
import { isTrue } from '../truth.ts';
import { loopConcurrently } from './concurrent-loop.ts';
import { activate, failContainer } from './container.ts';
import { loopOver, loopTimes, loopWhile } from './loops.ts';
import { type ParallelMode, runParallel } from './parallel.ts';
import { runRetry } from './retry.ts';
import { runTimed } from './timed.ts';
import { runTry } from './try.ts';

/** Rows hold paths of up to 2,000 characters; what a body adds needs some of them. Also keeps the nesting of a run within any stack. */
export const longestPath = 1800;

export function tooDeep(path: string): AppError {
  return new AppError('RUN_LIMIT', 'The steps are nested too deep. Move inner parts into a workflow of their own.', {
    details: { pathLength: path.length },
  });
}

/** Begins a container: evaluates its parameters and opens its first body. */
export function openContainer(
  fiber: Fiber,
  frame: Frame,
  node: ProgramNode,
  path: string,
  recorded: RecordedStep | undefined,
): Wait {
  const { run } = fiber;
  if (path.length > longestPath) {
    return failStep(fiber, frame, node, path, tooDeep(path), undefined, run.lastAt);
  }
  const { pinnedOutput, timeoutMs } = node.source;
  if (run.parts.usePinned && pinnedOutput !== undefined) {
    run.steps += 1;
    return finishStep(fiber, frame, node, path, { output: pinnedOutput }, undefined, run.lastAt, true);
  }
  if (timeoutMs !== undefined && recorded?.finished === undefined) {
    return runTimed(fiber, frame, node, path, timeoutMs, (child, inner, sealed) =>
      open(child, inner, sealed, path, recorded),
    );
  }
  return open(fiber, frame, node, path, recorded);
}

function open(fiber: Fiber, frame: Frame, node: ProgramNode, path: string, recorded: RecordedStep | undefined): Wait {
  const container = activate(fiber, frame, node, path, recorded);
  let params: Record<string, unknown>;
  try {
    params = node.params.fixed ?? node.params.read(fiber.scope(frame));
  } catch (thrown) {
    return failContainer(fiber, container, thrown);
  }
  switch (node.definition.container) {
    case 'forEach': {
      const { items, concurrency, collect } = params as { items: unknown[]; concurrency: number; collect: boolean };
      const most = fiber.flow.program.document.settings.maxConcurrency ?? concurrency;
      if (concurrency > 1) return loopConcurrently(fiber, container, items, Math.min(concurrency, most), collect);
      return loopOver(fiber, container, items, collect);
    }
    case 'while': {
      const { maxIterations } = params as { maxIterations: number };
      const holds = () => isTrue(node.params.read(fiber.scope(frame)).condition);
      return loopWhile(fiber, container, maxIterations, holds);
    }
    case 'repeat':
      return loopTimes(fiber, container, (params as { times: number }).times);
    case 'parallel': {
      const { mode, branches } = params as { mode: ParallelMode; branches: number };
      return runParallel(fiber, container, mode, branches);
    }
    case 'try':
      return runTry(fiber, container);
    case 'retry':
      return runRetry(fiber, container, params as unknown as RetryPolicy);
    case undefined:
      return undefined;
  }
}
