import { createHash } from 'node:crypto';
import type { LogLevel, StepRow } from '@casare/shared';
import type { NodeContext } from './define-node.ts';
import type { Fiber } from './fiber.ts';
import type { Frame } from './frame.ts';
import { toJson } from './json-output.ts';
import type { PackRunner } from './packs/pack-runner.ts';
import type { ProgramNode } from './program.ts';
import type { BrowserSession } from './resources/browser.ts';
import type { FileAccess } from './resources/files.ts';
import type { HttpAccess } from './resources/http.ts';
import type { Sandbox } from './resources/sandbox.ts';

/** The world of one try of one step. Once the step has ended, a node that still runs can change nothing of the run any more. */
export class StepContext implements NodeContext {
  readonly path: string;
  readonly attempt: number;
  readonly resumed: unknown;
  /** Variables it set, for its row. */
  vars: NonNullable<StepRow['vars']> | undefined = undefined;
  closed = false;
  readonly #fiber: Fiber;
  readonly #frame: Frame;
  readonly #node: ProgramNode;
  readonly #signal: AbortSignal | undefined;
  readonly #flushAs: 'batch' | 'effect';

  constructor(
    fiber: Fiber,
    frame: Frame,
    node: ProgramNode,
    path: string,
    resumed: unknown,
    attempt = 1,
    signal?: AbortSignal,
    flushAs: 'batch' | 'effect' = 'batch',
  ) {
    this.#fiber = fiber;
    this.#frame = frame;
    this.#node = node;
    this.#signal = signal;
    this.#flushAs = flushAs;
    this.path = path;
    this.attempt = attempt;
    this.resumed = resumed;
  }

  get signal(): AbortSignal {
    return this.#signal ?? this.#fiber.signal;
  }

  get nodeId(): string {
    return this.#node.id;
  }

  get run(): NodeContext['run'] {
    return this.#fiber.run.facts;
  }

  get effectKey(): string {
    return createHash('sha256').update(`${this.#fiber.run.facts.id}\n${this.path}`).digest('base64url').slice(0, 32);
  }

  now(): number {
    return this.#fiber.run.clock.now();
  }

  random(): number {
    return this.#fiber.run.parts.random();
  }

  log(level: LogLevel, message: string, data?: unknown): void {
    const { run } = this.#fiber;
    if (this.closed || run.events === undefined) return;
    const { redactor } = run;
    const kept = data === undefined ? {} : { data: redactor.value(jsonOrNote(data)) };
    const text = redactor.text(String(message)).slice(0, 16_384);
    run.emit({ type: 'node.log', nodeId: this.#node.id, path: this.path, level, message: text, ...kept });
  }

  progress(fraction: number, message?: string): void {
    const { run } = this.#fiber;
    if (this.closed || run.events === undefined) return;
    const bounded = Math.min(1, Math.max(0, fraction));
    const kept = message === undefined ? {} : { message: run.redactor.text(message) };
    run.emit({ type: 'node.progress', nodeId: this.#node.id, path: this.path, fraction: bounded, ...kept });
  }

  getVariable(name: string): unknown {
    return this.#fiber.run.vars[name];
  }

  setVariable(name: string, value: unknown): void {
    if (this.closed) return;
    const kept = toJson(value) ?? null;
    // No prototype: `__proto__` is a name like any other here.
    this.vars ??= Object.create(null) as NonNullable<StepRow['vars']>;
    this.vars[name] = kept as NonNullable<StepRow['vars']>[string];
    this.#fiber.run.setVariable(name, kept);
  }

  sleep(ms: number): Promise<void> {
    return this.#fiber.run.clock.sleep(ms, this.signal);
  }

  async checkpoint(data: unknown): Promise<void> {
    this.signal.throwIfAborted();
    if (this.closed) return;
    const { run } = this.#fiber;
    run.append({
      kind: 'started',
      path: this.path,
      nodeId: this.#node.id,
      at: run.clock.now(),
      data: toJson(data) as StepRow['data'],
    });
    await run.flush(this.#flushAs);
  }

  get files(): FileAccess {
    return this.#fiber.run.parts.resources.files;
  }

  get http(): HttpAccess {
    return this.#fiber.run.parts.resources.http;
  }

  get browser(): BrowserSession {
    return this.#fiber.run.parts.resources.browser;
  }

  get packs(): PackRunner {
    return this.#fiber.run.parts.resources.packs;
  }

  get sandbox(): Sandbox {
    return this.#fiber.run.parts.resources.sandbox;
  }

  /** The parameters evaluated again, for steps that wait until an expression becomes true. */
  freshParams(): Record<string, unknown> {
    return this.#node.params.read(this.#fiber.scope(this.#frame));
  }
}

function jsonOrNote(data: unknown): unknown {
  try {
    return toJson(data);
  } catch {
    return 'data that JSON cannot hold';
  }
}
