import type { Effect, LogLevel, NodeCategory, NodeDescriptor, Port } from '@casare/shared';
import type { z } from 'zod';
import type { FleetJobs } from './call/fleet-jobs.ts';
import type { LogLines } from './log-lines.ts';
import type { PackRunner } from './packs/pack-runner.ts';
import type { RunBrowser } from './resources/browser.ts';
import type { DatabaseAccess } from './resources/databases.ts';
import type { Desktop } from './resources/desktop.ts';
import type { DocumentAccess } from './resources/documents.ts';
import type { FileAccess } from './resources/files.ts';
import type { HttpAccess } from './resources/http.ts';
import type { People } from './resources/people.ts';
import type { Queues } from './resources/queues.ts';
import type { Programs } from './resources/programs.ts';
import type { Remotes } from './resources/remotes.ts';
import type { Sandbox } from './resources/sandbox.ts';

/** All a node sees of the world. */
export interface NodeContext {
  /** Aborted when the run is cancelled or the step's time is up; every wait must heed it. */
  readonly signal: AbortSignal;
  readonly run: {
    readonly id: string;
    readonly workflowId: string;
    readonly workflowName: string;
    readonly startedAt: number;
  };
  readonly nodeId: string;
  /** Place of this step in the run, e.g. `each[3]/try/click`. */
  readonly path: string;
  /** 1 for the first try of this step. */
  readonly attempt: number;
  /** The same for this step however often it is tried or resumed: hand it to targets that refuse repeats. */
  readonly effectKey: string;
  /** Milliseconds since 1970 by the run's clock. */
  now(): number;
  /** 0 ≤ x < 1 by the run's generator. */
  random(): number;
  log(level: LogLevel, message: string, data?: unknown): void;
  /** For text that comes in pieces, as a program writes it: logs whole lines, and a secret that is cut in two is masked too. */
  logLines(level: LogLevel): LogLines;
  /** Whether a text holds a secret value of the run: what shows such a text (a picture) must cover it. */
  holdsSecret(text: string): boolean;
  /** Throws CREDENTIAL_REFUSED where one of the texts holds a credential that may not go to the host of this address. `http` asks by itself. */
  checkHost(address: string, texts: Iterable<string>): void;
  /** 0–1. */
  progress(fraction: number, message?: string): void;
  getVariable(name: string): unknown;
  setVariable(name: string, value: unknown): void;
  /** Waits by the run's clock; rejects when `signal` aborts. */
  sleep(ms: number): Promise<void>;
  /** What `checkpoint` kept before a crash; undefined on a first run. */
  readonly resumed: unknown;
  /** Keeps JSON data durably with the step's start (a deadline, a page number). */
  checkpoint(data: unknown): Promise<void>;
  readonly files: FileAccess;
  readonly http: HttpAccess;
  /** The run's browsers; steps share them. */
  readonly browser: RunBrowser;
  /** Runs what an author wrote (scripts, patterns) where it can be stopped. */
  readonly sandbox: Sandbox;
  /** The people who can be asked. */
  readonly people: People;
  /** Queues of work items, shared by runs. */
  readonly queues: Queues;
  /** Connections to databases, kept for the run. */
  readonly databases: DatabaseAccess;
  /** Mail, file and SSH servers; the connections stay open for the whole run. */
  readonly remotes: Remotes;
  /** Workbooks, PDF files, pictures and large texts, worked on in threads of their own. */
  readonly documents: DocumentAccess;
  /** Jobs on the fleet; FLEET_NEEDED where the run does not belong to one. */
  readonly fleet: FleetJobs;
  /** Programs of this machine. */
  readonly programs: Programs;
  /** Screen, mouse, keyboard, windows and clipboard of this machine, for one run at a time. */
  readonly desktop: Desktop;
  /** Nodes of third-party packs, in processes of their own. */
  readonly packs: PackRunner;
}

/** `port` defaults to the first flow port. `jump` leaves the nearest loop, its iteration, or the run. */
export interface NodeResult<O = unknown> {
  output?: O;
  port?: string;
  jump?: 'break' | 'continue' | 'stop';
}

/** Another workflow that runs in place of a step. */
export interface CalledSpec {
  /** Id of the document. */
  workflowId: string;
  version?: number;
  input: Readonly<Record<string, unknown>>;
}

export type ContainerKind = 'forEach' | 'while' | 'repeat' | 'parallel' | 'try' | 'retry';

export interface NodeSpec<P extends z.ZodObject, O extends z.ZodType> {
  /** `family.verb`, e.g. `http.request`. */
  type: string;
  /** Raised with an entry in `upgrade` whenever saved parameters change their meaning. */
  version: number;
  title: string;
  category: NodeCategory;
  /** Name of a lucide icon in kebab case. */
  icon: string;
  /** One or two sentences; shown in the palette. */
  description: string;
  synonyms?: readonly string[];
  /** Parameters with titles and defaults in `.meta`; see docs/write-a-node.md for the form hints. */
  params: P;
  output: O;
  /** Default: one port `in`. Starts have none. */
  inputs?: readonly Port[];
  /** Default: one flow port `out`. */
  outputs?: readonly Port[];
  dynamicOutputs?: { param: string; prefix: string; kind: Port['kind']; idKey?: string };
  capabilities?: readonly string[];
  effect: Effect;
  /** Where the effect depends on the parameters (a GET or a POST); `effect` is then the worst of them. */
  effectOf?(params: z.output<P>): Effect;
  container?: ContainerKind;
  /** The engine runs this workflow in place of `run`; undefined: `run` does the work after all. */
  calls?(params: z.output<P>): CalledSpec | undefined;
  /** Waiting is what it does, so it is never reported as stuck. */
  waits?: true;
  /** `upgrade[n]` turns parameters of version n into those of n + 1. */
  upgrade?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>;
  /** At least one; the contract suite checks that they fit `params`. */
  examples: readonly { title: string; params: z.input<P> }[];
  /** Absent for containers, which the engine runs itself. Throws AppError; anything else thrown becomes NODE_FAILED. */
  run?(ctx: NodeContext, params: z.output<P>): NodeResult<z.output<O>> | Promise<NodeResult<z.output<O>>>;
}

/** A node type with its parameter types erased, as the registry keeps it. */
export interface NodeDefinition extends Omit<NodeSpec<z.ZodObject, z.ZodType>, 'run' | 'effectOf' | 'calls'> {
  run?(ctx: NodeContext, params: Record<string, unknown>): NodeResult | Promise<NodeResult>;
  /** Nodes of packs: how the pack itself describes it. */
  descriptor?: NodeDescriptor;
  effectOf?(params: Record<string, unknown>): Effect;
  calls?(params: Record<string, unknown>): CalledSpec | undefined;
}

/** Declares a node type; one file each. */
export function defineNode<P extends z.ZodObject, O extends z.ZodType>(spec: NodeSpec<P, O>): NodeDefinition {
  // The engine hands `run` only parameters that `params` has parsed, so erasing their type is safe here and nowhere else.
  return spec as unknown as NodeDefinition;
}
