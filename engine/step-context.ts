import { createHash } from 'node:crypto';
import type { LogLevel, StepRow } from '@casare/shared';
import type { FleetJobs } from './call/fleet-jobs.ts';
import type { NodeContext } from './define-node.ts';
import type { Fiber } from './fiber.ts';
import type { Frame } from './frame.ts';
import { toJson } from './json-output.ts';
import { createLogLines, type LogLines } from './log-lines.ts';
import type { PackRunner } from './packs/pack-runner.ts';
import type { ProgramNode } from './program.ts';
import type { RunBrowser } from './resources/browser.ts';
import type { DatabaseAccess } from './resources/databases.ts';
import type { Desktop } from './resources/desktop.ts';
import type { DocumentAccess } from './resources/documents.ts';
import type { FileAccess } from './resources/files.ts';
import type { HttpAccess } from './resources/http.ts';
import type { People } from './resources/people.ts';
import type { Queues } from './resources/queues.ts';
import type { Remotes } from './resources/remotes.ts';
import type { Programs } from './resources/programs.ts';
import type { Sandbox } from './resources/sandbox.ts';
import type { WatchedStep } from './stuck-watch.ts';

/** The world of one try of one step. Once the step has ended, a node that still runs can change nothing of the run any more. */
export class StepContext implements NodeContext {
  readonly path: string;
  readonly attempt: number;
  readonly resumed: unknown;
  /** Variables it set, for its row. */
  vars: NonNullable<StepRow['vars']> | undefined = undefined;
  closed = false;
  /** While somebody looks whether it is stuck. */
  #watched: WatchedStep | undefined;
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
    return this.#fiber.flow.facts;
  }

  get effectKey(): string {
    return createHash('sha256').update(`${this.#fiber.run.id}\n${this.path}`).digest('base64url').slice(0, 32);
  }

  now(): number {
    return this.#fiber.run.clock.now();
  }

  random(): number {
    return this.#fiber.run.parts.random();
  }

  /** From here on something is to be heard of it; steps whose work is waiting are not looked after. */
  watch(): void {
    const { run, flow } = this.#fiber;
    const { id: nodeId, definition } = this.#node;
    const { stuck } = run.parts;
    if (stuck === undefined || definition.waits) return;
    const at = run.clock.now();
    const { workflowId } = flow.facts;
    this.#watched = { workflowId, nodeId, type: definition.type, path: this.path, startedAt: at, heardAt: at };
    stuck.begin(this.#watched);
  }

  unwatch(): void {
    if (this.#watched) this.#fiber.run.parts.stuck?.end(this.#watched);
  }

  #heard(): void {
    if (this.#watched) this.#watched.heardAt = this.#fiber.run.clock.now();
  }

  log(level: LogLevel, message: string, data?: unknown): void {
    const { run } = this.#fiber;
    this.#heard();
    if (this.closed || run.events === undefined) return;
    const { redactor } = run;
    const kept = data === undefined ? {} : { data: redactor.value(jsonOrNote(data)) };
    const text = redactor.text(String(message)).slice(0, 16_384);
    run.emit({ type: 'node.log', nodeId: this.#node.id, path: this.path, level, message: text, ...kept });
  }

  logLines(level: LogLevel): LogLines {
    return createLogLines(this.#fiber.run.redactor.stream(), (line) => this.log(level, line));
  }

  holdsSecret(text: string): boolean {
    return this.#fiber.run.redactor.text(text) !== text;
  }

  checkHost(address: string, texts: Iterable<string>): void {
    this.#fiber.run.parts.hosts.check(address, texts);
  }

  progress(fraction: number, message?: string): void {
    const { run } = this.#fiber;
    this.#heard();
    if (this.closed || run.events === undefined) return;
    const bounded = Math.min(1, Math.max(0, fraction));
    const kept = message === undefined ? {} : { message: run.redactor.text(message) };
    run.emit({ type: 'node.progress', nodeId: this.#node.id, path: this.path, fraction: bounded, ...kept });
  }

  getVariable(name: string): unknown {
    return this.#fiber.flow.vars[name];
  }

  setVariable(name: string, value: unknown): void {
    if (this.closed) return;
    const kept = toJson(value) ?? null;
    // No prototype: `__proto__` is a name like any other here.
    this.vars ??= Object.create(null) as NonNullable<StepRow['vars']>;
    this.vars[name] = kept as NonNullable<StepRow['vars']>[string];
    this.#fiber.flow.setVariable(name, kept);
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

  get browser(): RunBrowser {
    return this.#fiber.run.parts.resources.browser;
  }

  get programs(): Programs {
    return this.#fiber.run.parts.resources.programs;
  }

  get desktop(): Desktop {
    return this.#fiber.run.parts.resources.desktop;
  }

  get packs(): PackRunner {
    return this.#fiber.run.parts.resources.packs;
  }

  get remotes(): Remotes {
    return this.#fiber.run.parts.resources.remotes;
  }

  get fleet(): FleetJobs {
    return this.#fiber.run.parts.fleet;
  }

  get people(): People {
    const { tasks, parts } = this.#fiber.run;
    return tasks?.at(this.path) ?? parts.resources.people;
  }

  get queues(): Queues {
    return this.#fiber.run.parts.resources.queues;
  }

  get databases(): DatabaseAccess {
    return this.#fiber.run.parts.resources.databases;
  }

  get sandbox(): Sandbox {
    return this.#fiber.run.parts.resources.sandbox;
  }

  get documents(): DocumentAccess {
    return this.#fiber.run.parts.resources.documents;
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
