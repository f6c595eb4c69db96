/** Runs what an author wrote — scripts and regular expressions — where it can be stopped and cannot reach the machine. */
export interface Sandbox {
  /** CODE_FAILED when the script throws or goes over its limits; rejects with the signal's reason when it aborts. */
  runScript(job: ScriptJob, signal: AbortSignal): Promise<ScriptResult>;
  /** DATA_FORMAT for a faulty pattern or one that is still searching after a second. */
  runPattern<Operation extends keyof PatternResults>(
    job: PatternJob & { operation: Operation },
    signal: AbortSignal,
  ): Promise<PatternResults[Operation]>;
  close(): Promise<void>;
}

export interface ScriptJob {
  /** Body of an async function; `return` gives the result. */
  code: string;
  /** JSON; the script sees it as `input`. */
  input: unknown;
  timeoutMs: number;
  memoryMb: number;
}

export interface ScriptResult {
  output: unknown;
  logs: { level: 'debug' | 'info' | 'warn' | 'error'; message: string }[];
}

export interface PatternJob {
  pattern: string;
  flags: string;
  texts: readonly string[];
  /** Matches to find or replace per text. */
  limit?: number;
  /** For `replace`: may hold $1, $<name> and $&. */
  replacement?: string;
}

export interface PatternMatch {
  text: string;
  index: number;
  groups: (string | null)[];
  named: Record<string, string | null>;
}

/** One entry per text, in order. */
export interface PatternResults {
  test: boolean[];
  match: PatternMatch[][];
  replace: { text: string; count: number }[];
  split: string[][];
}
