import type { ExpressionScope } from '@casare/shared';
import type { Flow } from './flow.ts';
import { type Completion, createFrame, type Frame } from './frame.ts';
import type { Outputs } from './outputs.ts';
import type { RunState } from './run-state.ts';

/** What expressions see, moved from frame to frame of one fiber. */
class StepScope implements ExpressionScope {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly run: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, unknown>>;
  readonly #outputs: Outputs;
  item: unknown = undefined;
  index: number | undefined = undefined;
  error: unknown = undefined;

  constructor(flow: Flow, outputs: Outputs) {
    this.vars = flow.vars;
    this.input = flow.input;
    this.run = flow.facts;
    this.env = flow.run.env;
    this.credentials = flow.vault.credentials;
    this.assets = flow.vault.assets;
    this.#outputs = outputs;
  }

  stepOutput(slot: number): unknown {
    return this.#outputs.get(slot);
  }

  stepError(slot: number): unknown {
    return this.#outputs.error(slot);
  }
}

/**
 * One sequential line of execution. A run has one; every branch of a parallel step and every concurrent iteration has its own.
 */
export class Fiber {
  readonly run: RunState;
  /** The workflow it moves through. */
  readonly flow: Flow;
  readonly outputs: Outputs;
  /** The line that waits for this one. */
  readonly parent: Fiber | undefined;
  /** Where it is; undefined once it has ended. */
  frame: Frame | undefined;
  end: Completion | undefined = undefined;
  /** Set when somebody else decided that it must stop: nothing more of it runs. */
  cancelled = false;
  readonly #controller = new AbortController();
  readonly #children = new Set<{ abort(reason: unknown): void }>();
  readonly #scope: StepScope;

  constructor(flow: Flow, outputs: Outputs, frame: Frame, parent?: Fiber) {
    this.parent = parent;
    this.run = flow.run;
    this.flow = flow;
    this.outputs = outputs;
    this.frame = frame;
    this.#scope = new StepScope(flow, outputs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The scope as seen from a frame; valid until the next call. */
  scope(frame: Frame): ExpressionScope {
    const scope = this.#scope;
    scope.item = frame.item;
    scope.index = frame.index;
    scope.error = frame.error;
    return scope;
  }

  /** Whatever is linked is aborted with this fiber. */
  link(child: { abort(reason: unknown): void }): void {
    if (this.signal.aborted) child.abort(this.signal.reason);
    else this.#children.add(child);
  }

  unlink(child: { abort(reason: unknown): void }): void {
    this.#children.delete(child);
  }

  abort(reason: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#controller.abort(reason);
    for (const child of this.#children) child.abort(reason);
  }
}

/** A fiber for one branch; aborted with its parent until `unlink`. */
export function forkFiber(
  parent: Fiber,
  outputs: Outputs,
  frame: Frame,
  prefix: string,
  entries: readonly number[],
): Fiber {
  const inner = createFrame(undefined, undefined, prefix, entries);
  inner.item = frame.item;
  inner.index = frame.index;
  inner.error = frame.error;
  const fiber = new Fiber(parent.flow, outputs, inner, parent);
  parent.link(fiber);
  return fiber;
}
