import { callOf, isBelow, type StepRow } from '@casare/shared';
import type { Program } from './program.ts';
import type { VaultScope } from './vault/run-vault.ts';
import type { RunState } from './run-state.ts';

export interface FlowFacts extends Record<string, unknown> {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly startedAt: number;
}

export interface FlowParts {
  program: Program;
  facts: FlowFacts;
  input: Record<string, unknown>;
  /** What its expressions see of credentials and assets. */
  vault: VaultScope;
  /** Ends the workflow when this step has finished; -1: none does. */
  untilSlot: number;
  /** Path of the step that called it; undefined for the run's own workflow. */
  call?: string;
  /** How many calls lead to it. */
  depth: number;
}

/** One workflow at work in a run: the run's own, or one that a step calls. Each has its own inputs and variables. */
export class Flow {
  readonly run: RunState;
  readonly program: Program;
  readonly facts: FlowFacts;
  readonly input: Record<string, unknown>;
  readonly vault: VaultScope;
  readonly vars = Object.create(null) as Record<string, unknown>;
  readonly untilSlot: number;
  readonly call: string | undefined;
  readonly depth: number;
  /** Row that gave each variable its value, so that concurrent branches replay to the value of the later row. */
  readonly #varSeq = new Map<string, number>();
  readonly #secretVars: ReadonlySet<string>;

  constructor(run: RunState, parts: FlowParts) {
    this.run = run;
    this.program = parts.program;
    this.facts = parts.facts;
    this.input = parts.input;
    this.vault = parts.vault;
    this.untilSlot = parts.untilSlot;
    this.call = parts.call;
    this.depth = parts.depth;
    const { inputs, variables } = parts.program.document;
    this.#secretVars = new Set(variables.filter((one) => one.secret).map((one) => one.name));
    for (const one of inputs) if (one.secret) run.redactor.add(parts.input[one.name]);
    for (const { name, default: value = null, secret } of variables) {
      this.vars[name] = value;
      if (secret) run.redactor.add(value);
    }
  }

  setVariable(name: string, value: unknown): void {
    this.#assign(name, value);
    if (this.run.replay !== undefined) this.#varSeq.set(name, Number.POSITIVE_INFINITY);
  }

  replayVariables(row: StepRow): void {
    for (const [name, value] of Object.entries(row.vars ?? {})) {
      if ((this.#varSeq.get(name) ?? 0) > row.seq) continue;
      this.#varSeq.set(name, row.seq);
      this.#assign(name, value);
    }
  }

  /** The variables that steps below a path set, for one whose body is not walked again. */
  replayBelow(path: string): void {
    for (const [stepPath, { finished }] of this.run.replay ?? []) {
      if (finished?.vars !== undefined && isBelow(stepPath, path) && callOf(stepPath) === this.call)
        this.replayVariables(finished);
    }
  }

  /** What a run begins with instead of the defaults. */
  begin(variables: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(variables)) {
      this.vars[name] = value;
      if (this.#secretVars.has(name)) this.run.redactor.add(value);
    }
  }

  #assign(name: string, value: unknown): void {
    const { run, call } = this;
    this.vars[name] = value;
    if (this.#secretVars.has(name)) run.redactor.add(value);
    run.events?.emit({
      type: 'variable.changed',
      name,
      value: run.redactor.value(value),
      ...(call !== undefined && { call }),
    });
  }
}
