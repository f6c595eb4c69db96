import type { Fiber } from '../fiber.ts';
import { type BodyOwner, type Completion, done, type Frame, type Wait } from '../frame.ts';
import { type ErrorContext } from '../outputs.ts';
import { errorContext, markHandled, markPassing } from '../step-end.ts';
import { type Activation, bodyFrame, bodyScope, enterBody, finishContainer, passOn } from './container.ts';

type Part = 'body' | 'catch' | 'finally';

/** Body, then `catch` when it failed and one is wired, then `finally` whatever happened; a jump or failure goes on after that. */
class Try implements BodyOwner {
  readonly #container: Activation;
  readonly #frame: Frame;
  #part: Part = 'body';
  #end: Completion = done;
  #caught: ErrorContext | undefined;
  catches = false;

  constructor(fiber: Fiber, container: Activation) {
    this.#container = container;
    this.#frame = bodyFrame(container, this);
    this.catches = bodyScope(fiber, container, 'catch') !== undefined;
  }

  enter(fiber: Fiber, part: Part): Wait {
    this.#part = part;
    const scope = bodyScope(fiber, this.#container, part);
    if (scope === undefined) return this.bodyEnded(fiber, done);
    this.#frame.error = part === 'catch' ? this.#caught : this.#container.frame.error;
    enterBody(fiber, this.#frame, scope, `${this.#container.path}/${part}/`);
    return undefined;
  }

  bodyEnded(fiber: Fiber, end: Completion): Wait {
    if (this.#part === 'finally') return this.#leave(fiber, end.kind === 'done' ? this.#end : end);
    if (end.kind === 'failed' && this.catches) {
      this.catches = false;
      this.#caught = errorContext(end.failure);
      markHandled(fiber, end.failure);
      return this.enter(fiber, 'catch');
    }
    this.catches = false;
    this.#end = end;
    if (end.kind === 'failed' && bodyScope(fiber, this.#container, 'finally')) markPassing(fiber, end.failure);
    return this.enter(fiber, 'finally');
  }

  #leave(fiber: Fiber, end: Completion): Wait {
    if (end.kind !== 'done') return passOn(fiber, this.#container, end);
    const output = { failed: this.#caught !== undefined, error: this.#caught ?? null };
    return finishContainer(fiber, this.#container, output);
  }
}

export function runTry(fiber: Fiber, container: Activation): Wait {
  return new Try(fiber, container).enter(fiber, 'body');
}
