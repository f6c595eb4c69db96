import type { AppError } from '@casare/shared';
import type { Fiber } from './fiber.ts';
import type { ErrorContext } from './outputs.ts';
import type { ProgramNode } from './program.ts';

/** A failure on its way to whoever handles it. */
export interface Failure {
  error: AppError;
  /** The step that failed; a `handled` row names it when somebody caught the failure. */
  nodeId: string;
  path: string;
  /** Replayed from the journal, where it is marked as handled already. */
  recorded: boolean;
}

/** How a scope ended. */
export type Completion =
  | { kind: 'done' }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'jump'; jump: 'break' | 'continue' | 'stop' };

export const done: Completion = { kind: 'done' };

/** What an async part of the engine gives: it has changed the fiber itself when it resolves. */
export type Wait = Promise<void> | undefined;

/** A container at work: it opened a body and is told how that ended. */
export interface BodyOwner {
  bodyEnded(fiber: Fiber, end: Completion): Wait;
  /** A failure in the body it runs now goes no further. */
  readonly catches?: boolean;
}

/** One pass through one scope: the tokens still to be moved, and what is in sight there. */
export interface Frame {
  readonly parent: Frame | undefined;
  /** Undefined where a fiber began. */
  readonly owner: BodyOwner | undefined;
  /** Put before the id of a step to give its path: '' or `each[3]/`. */
  prefix: string;
  /** Slots to run, the next one last. */
  pending: number[];
  /** How often each step that may be reached again was reached. */
  counts: Map<number, number> | undefined;
  item: unknown;
  index: number | undefined;
  error: ErrorContext | undefined;
  /** Output of the step that finished last. */
  lastOutput: unknown;
}

export function createFrame(
  parent: Frame | undefined,
  owner: BodyOwner | undefined,
  prefix: string,
  entries: readonly number[],
): Frame {
  return {
    parent,
    owner,
    prefix,
    pending: entries.slice(),
    counts: undefined,
    item: parent?.item,
    index: parent?.index,
    error: parent?.error,
    lastOutput: undefined,
  };
}

/** Place of a step; `#2`, `#3` … when a token comes to it again. Counts, so it is asked once per token. */
export function stepPath(frame: Frame, node: ProgramNode): string {
  const path = frame.prefix === '' ? node.id : frame.prefix + node.id;
  if (!node.repeats) return path;
  frame.counts ??= new Map();
  const count = (frame.counts.get(node.slot) ?? 0) + 1;
  frame.counts.set(node.slot, count);
  return count === 1 ? path : `${path}#${count}`;
}
