import type { WireError } from './errors.ts';
import type { LogLevel } from './step.ts';

export type RunStatus = 'running' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'parked';

interface EventBase {
  /** 1, 2, 3 … within a run, no gaps. */
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
}

interface NodeEventBase extends EventBase {
  /** In the workflow the step belongs to: `callOf(path)` tells whether that is the run's own or a called one. */
  nodeId: string;
  /** Place in the run, e.g. `each[3]/try/body/click`; a step of a called workflow is `invoice/call/click`. */
  path: string;
}

/** What the engine tells while it runs; secrets are redacted already. */
export type RunEvent =
  | (EventBase & { type: 'run.started'; runId: string; workflowId: string; resumed: boolean })
  | (NodeEventBase & { type: 'node.started'; attempt: number })
  | (NodeEventBase & { type: 'node.progress'; fraction: number; message?: string })
  | (NodeEventBase & { type: 'node.log'; level: LogLevel; message: string; data?: unknown })
  /** `output` is a preview: whole up to 16 KiB of JSON, else cut with `truncated`. */
  | (NodeEventBase & {
      type: 'node.finished';
      port: string;
      durationMs: number;
      output?: unknown;
      truncated?: boolean;
      replayed?: boolean;
      pinned?: boolean;
    })
  | (NodeEventBase & { type: 'node.failed'; durationMs: number; error: WireError; handled: boolean })
  | (NodeEventBase & { type: 'node.retrying'; attempt: number; delayMs: number; error: WireError })
  /** Nothing was heard of the step for much longer than it took before; told once per step, nothing is stopped. */
  | (NodeEventBase & { type: 'node.stuck'; runningMs: number; expectedMs?: number })
  /** `call`: path of the step that called the workflow the variable belongs to; absent: it is the run's own. */
  | (EventBase & { type: 'variable.changed'; name: string; value: unknown; call?: string })
  | (EventBase & { type: 'run.paused'; nodeId?: string; path?: string; reason: 'pause' | 'breakpoint' | 'step' })
  | (EventBase & { type: 'run.resumed' })
  | (EventBase & {
      type: 'run.finished';
      status: RunStatus;
      durationMs: number;
      steps: number;
      output?: unknown;
      error?: WireError;
    });

export type RunEventType = RunEvent['type'];
/** A RunEvent before the engine gives it a number and a time. */
export type RunEventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'seq' | 'at'> : never) : never;
