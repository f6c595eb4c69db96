/** Which programs a run may start: none, any, or these (names as they stand in a step, or absolute paths). */
export type ProgramPolicy = 'none' | 'any' | readonly string[];

export interface ProgramCall {
  /** Name in the search path, or an absolute path. */
  program: string;
  /** Handed over one by one; no shell reads them. */
  args: readonly string[];
  /** Absolute path of the working folder; default: the run's folder. */
  folder?: string;
  /** Besides PATH, HOME, the language and the temporary folder, which every program gets. */
  environment?: Readonly<Record<string, string>>;
  /** Written to its standard input. */
  input?: string | Uint8Array;
  /** Bytes of output that are kept of each stream; more is dropped. Default 10 MiB. */
  maxBytes?: number;
}

export interface ProgramEnd {
  /** Null when a signal ended it. */
  code: number | null;
  signal: string | null;
  output: string;
  errors: string;
  /** Something of the output was dropped. */
  truncated: boolean;
  durationMs: number;
}

/** A program that goes on running beside the steps. */
export interface StartedProgram {
  readonly pid: number;
  /** Undefined while it runs; null when a signal ended it. */
  readonly exitCode: number | null | undefined;
}

/** Programs of this machine, each killed with everything it started when its step ends before it does. */
export interface Programs {
  /** Throws PROGRAM_REFUSED, PROGRAM_MISSING; any end of the program is an answer. `onText` hears its output as it comes, in pieces. */
  run(
    call: ProgramCall,
    signal: AbortSignal,
    onText?: (stream: 'output' | 'errors', text: string) => void,
  ): Promise<ProgramEnd>;
  /** Starts a program and does not wait for its end; it is ended with the run, unless `keepOpen`. */
  start(call: Omit<ProgramCall, 'input' | 'maxBytes'>, options: { keepOpen: boolean }): Promise<StartedProgram>;
  /** PROGRAM_REFUSED unless the run may start programs at all. */
  checkAllowed(program: string): void;
  close(): Promise<void>;
}
