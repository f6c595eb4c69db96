import { type RetryPolicy, type StepRow, toWire } from '@casare/shared';
import { backoffMs } from '../backoff.ts';
import type { Fiber } from '../fiber.ts';
import type { BodyOwner, Completion, Failure, Frame, Wait } from '../frame.ts';
import { markHandled } from '../step-end.ts';
import { type Activation, bodyFrame, bodyScope, enterBody, finishContainer, passOn } from './container.ts';

/** Kept while it pauses, so that a resumed run waits only for the rest. */
interface Pause {
  /** The try after the pause, zero-based. */
  attempt: number;
  until: number;
}

class Retry implements BodyOwner {
  readonly #container: Activation;
  readonly #policy: RetryPolicy;
  readonly #frame: Frame;
  #attempt = 0;

  constructor(container: Activation, policy: RetryPolicy) {
    this.#container = container;
    this.#policy = policy;
    this.#frame = bodyFrame(container, this);
  }

  get catches(): boolean {
    return this.#attempt + 1 < this.#policy.attempts;
  }

  enter(fiber: Fiber): Wait {
    const scope = bodyScope(fiber, this.#container, 'body');
    if (scope === undefined) return finishContainer(fiber, this.#container, { attempts: 0 });
    this.#frame.index = this.#attempt;
    enterBody(fiber, this.#frame, scope, `${this.#container.path}[${this.#attempt}]/`);
    return undefined;
  }

  bodyEnded(fiber: Fiber, end: Completion): Wait {
    if (end.kind === 'done') return finishContainer(fiber, this.#container, { attempts: this.#attempt + 1 });
    if (end.kind === 'failed' && this.#mayGoOn(end.failure)) return this.#again(fiber, end.failure);
    return passOn(fiber, this.#container, end);
  }

  #mayGoOn({ error }: Failure): boolean {
    const { codes } = this.#policy;
    return this.catches && (codes === undefined || codes.includes(error.code));
  }

  #again(fiber: Fiber, failure: Failure): Wait {
    const { run } = fiber;
    markHandled(fiber, failure);
    this.#attempt += 1;
    const kept = this.#container.kept as Pause | undefined;
    if (kept !== undefined && kept.attempt >= this.#attempt) {
      const left = kept.attempt === this.#attempt ? kept.until - run.clock.now() : 0;
      return left > 0 ? this.#pause(fiber, left) : this.enter(fiber);
    }
    const delayMs = backoffMs(this.#policy, this.#attempt, run.parts.random, failure.error);
    if (run.events !== undefined) {
      const { node, path } = this.#container;
      const error = run.redactor.value(toWire(failure.error));
      run.emit({ type: 'node.retrying', nodeId: node.id, path, attempt: this.#attempt, delayMs, error });
    }
    if (delayMs === 0) return this.enter(fiber);
    this.#keep(fiber, { attempt: this.#attempt, until: run.clock.now() + delayMs });
    return this.#pause(fiber, delayMs);
  }

  #keep({ run }: Fiber, pause: Pause): void {
    const { node, path } = this.#container;
    const data = { ...pause } satisfies StepRow['data'];
    run.append({ kind: 'started', path, nodeId: node.id, at: run.clock.now(), data });
  }

  async #pause(fiber: Fiber, ms: number): Promise<void> {
    const { run } = fiber;
    await run.flush('batch');
    await run.clock.sleep(ms, fiber.signal).catch(() => undefined);
    if (fiber.cancelled) return;
    run.lastAt = run.clock.now();
    await this.enter(fiber);
  }
}

export function runRetry(fiber: Fiber, container: Activation, policy: RetryPolicy): Wait {
  return new Retry(container, policy).enter(fiber);
}
