import { AppError } from '@casare/shared';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly out: Output;
  /** Where secrets are typed or piped in. */
  readonly stdin: NodeJS.ReadStream;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** From --url and --key, else ORCHESTRATOR_URL and ORCHESTRATOR_API_KEY; USAGE when neither is there. */
  orchestrator(): OrchestratorClient;
}

/** `--name`, `--name <value>`, or `--name <value>` that may be repeated. */
export interface OptionSpec {
  flags: string;
  description: string;
  repeat?: boolean;
  default?: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | string[] | undefined>>;

export interface CommandSpec {
  /** Words and arguments, e.g. `jobs show <id>`. */
  usage: string;
  summary: string;
  options?: readonly OptionSpec[];
  /** Speaks to the orchestrator: gets --url and --key. */
  remote?: boolean;
  /** Exit code; nothing means 0. Throws AppError. */
  run(ctx: CommandContext, args: readonly string[], options: OptionValues): Promise<number | void>;
}

/** One declaration per command: parsing, help and `--json` come from it. */
export function defineCommand(spec: CommandSpec): CommandSpec {
  return spec;
}

export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOption(options: OptionValues, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

export function wholeNumber(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new AppError('USAGE', `${option} takes a whole number, not "${text}".`);
  return Number(text);
}
