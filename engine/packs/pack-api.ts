import type { Effect, LogLevel, NodeCategory, Port } from '@casare/shared';

/** A value as JSON Schema (2020-12, with the form hints of docs/write-a-node.md), or a zod 4 schema. */
export type PackSchema = object;

/** One node type of a third-party pack: what the module named by `casare.nodes` exports in its list `nodes`. */
export interface PackNode {
  /** `<prefix of the pack>.<name>`. */
  type: string;
  /** Default 1. Parameters grow by new ones with defaults; a new meaning needs a new type. */
  version?: number;
  title: string;
  description: string;
  /** Default `code`. */
  category?: NodeCategory;
  /** Name of a lucide icon; default `package`. */
  icon?: string;
  synonyms?: readonly string[];
  params: PackSchema;
  output?: PackSchema;
  outputs?: readonly Port[];
  dynamicOutputs?: { param: string; prefix: string; kind: Port['kind']; idKey?: string };
  capabilities?: readonly string[];
  effect: Effect;
  examples: readonly { title: string; params: Record<string, unknown> }[];
  /** Throws an Error, optionally with `code` (of docs/errors.md), `retryable` and `details`. */
  run(ctx: PackContext, params: Record<string, unknown>): PackResult | Promise<PackResult>;
}

export interface PackResult {
  output?: unknown;
  port?: string;
}

/** What a node of a pack sees of the world; everything that leaves its process is a promise. */
export interface PackContext {
  /** Aborted when the run is cancelled or the step's time is up; a second later the process is killed. */
  readonly signal: AbortSignal;
  readonly run: { readonly id: string; readonly workflowId: string; readonly workflowName: string };
  readonly nodeId: string;
  readonly path: string;
  readonly attempt: number;
  /** The same for this step however often it is tried: hand it to targets that refuse repeats. */
  readonly effectKey: string;
  /** What `checkpoint` kept before a crash. */
  readonly resumed: unknown;
  log(level: LogLevel, message: string, data?: unknown): void;
  /** 0–1. */
  progress(fraction: number, message?: string): void;
  sleep(ms: number): Promise<void>;
  checkpoint(data: unknown): Promise<void>;
  getVariable(name: string): Promise<unknown>;
  setVariable(name: string, value: unknown): Promise<void>;
  readonly files: {
    read(path: string): Promise<Uint8Array>;
    readText(path: string): Promise<string>;
    write(
      path: string,
      content: string | Uint8Array,
      options?: { overwrite?: boolean },
    ): Promise<{ path: string; size: number }>;
  };
  readonly http: {
    request(request: {
      method: string;
      url: string;
      headers?: Record<string, string>;
      body?: string | Uint8Array;
      timeoutMs?: number;
    }): Promise<{ status: number; headers: Record<string, string>; url: string; body: Uint8Array }>;
  };
}
