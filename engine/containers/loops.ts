import { AppError } from '@casare/shared';
import type { Fiber } from '../fiber.ts';
import type { BodyOwner, Completion, Frame, Wait } from '../frame.ts';
import type { ProgramScope } from '../program.ts';
import {
  type Activation,
  bodyFrame,
  bodyScope,
  enterBody,
  failContainer,
  finishContainer,
  passOn,
} from './container.ts';

/** What makes one loop different from another. */
interface LoopKind {
  /** Whether there is an iteration number `i`; may set `body.item`. Throws what fails the loop. */
  prepare(body: Frame, i: number): boolean;
  /** Called after each iteration. */
  keep?(body: Frame): void;
  output(count: number): unknown;
}

class Loop implements BodyOwner {
  readonly #container: Activation;
  readonly #kind: LoopKind;
  readonly #scope: ProgramScope;
  readonly #body: Frame;
  #count = 0;

  constructor(container: Activation, kind: LoopKind, scope: ProgramScope) {
    this.#container = container;
    this.#kind = kind;
    this.#scope = scope;
    this.#body = bodyFrame(container, this);
  }

  next(fiber: Fiber): Wait {
    const i = this.#count;
    const body = this.#body;
    let more: boolean;
    try {
      more = this.#kind.prepare(body, i);
    } catch (thrown) {
      return failContainer(fiber, this.#container, thrown);
    }
    if (!more) return this.#finish(fiber);
    this.#count = i + 1;
    body.index = i;
    enterBody(fiber, body, this.#scope, `${this.#container.path}[${i}]/`);
    return undefined;
  }

  bodyEnded(fiber: Fiber, end: Completion): Wait {
    if (end.kind === 'failed' || (end.kind === 'jump' && end.jump === 'stop')) {
      return passOn(fiber, this.#container, end);
    }
    this.#kind.keep?.(this.#body);
    return end.kind === 'jump' && end.jump === 'break' ? this.#finish(fiber) : this.next(fiber);
  }

  #finish(fiber: Fiber): Wait {
    return finishContainer(fiber, this.#container, this.#kind.output(this.#count));
  }
}

/** Runs a body once per item, one after another. */
export function loopOver(fiber: Fiber, container: Activation, items: readonly unknown[], collect: boolean): Wait {
  const scope = bodyScope(fiber, container, 'body');
  if (scope === undefined) return finishContainer(fiber, container, { count: items.length });
  const results: unknown[] = [];
  const kind: LoopKind = {
    prepare(body, i) {
      body.item = items[i];
      return i < items.length;
    },
    output: (count) => (collect ? { count, results } : { count }),
  };
  if (collect) kind.keep = (body) => results.push(body.lastOutput ?? null);
  return new Loop(container, kind, scope).next(fiber);
}

export function loopTimes(fiber: Fiber, container: Activation, times: number): Wait {
  const scope = bodyScope(fiber, container, 'body');
  if (scope === undefined) return finishContainer(fiber, container, { count: times });
  const kind: LoopKind = { prepare: (_body, i) => i < times, output: (count) => ({ count }) };
  return new Loop(container, kind, scope).next(fiber);
}

/** `holds` evaluates the condition anew; a finished loop of the journal is repeated as often as it ran then. */
export function loopWhile(fiber: Fiber, container: Activation, limit: number, holds: () => boolean): Wait {
  const ran = (container.finished?.output as { count?: number } | undefined)?.count;
  if (ran !== undefined) return loopTimes(fiber, container, ran);
  const scope = bodyScope(fiber, container, 'body');
  const kind: LoopKind = {
    prepare(_body, i) {
      if (!holds()) return false;
      if (i < limit && scope !== undefined) return true;
      throw new AppError(
        'RUN_LIMIT',
        `The loop ran ${i} times and its condition still holds. Change the condition, or raise "Most iterations".`,
        { details: { iterations: i } },
      );
    },
    output: (count) => ({ count }),
  };
  return new Loop(container, kind, scope ?? { entries: [], start: 0, end: 0 }).next(fiber);
}
