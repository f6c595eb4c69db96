import type { Writable } from 'node:stream';
import { type AppError, toWire } from '@casare/shared';
import colors from 'picocolors';

/** Where a command speaks: text for people on stdout, or with `--json` one JSON value and nothing else. */
export interface Output {
  readonly json: boolean;
  /** The result of the command: `data` with --json, else `text`. */
  result(data: unknown, text: string): void;
  /** One line of something that goes on (events, log lines): with --json one JSON value a line. */
  line(data: unknown, text: string): void;
  /** Progress for people, on stderr; silent with --json. */
  note(text: string): void;
  failure(error: AppError): void;
  table(rows: readonly Readonly<Record<string, unknown>>[], columns: readonly string[]): string;
}

export function createOutput(json: boolean, stdout: Writable, stderr: Writable): Output {
  return {
    json,
    result: (data, text) => void stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`),
    line: (data, text) => void stdout.write(`${json ? JSON.stringify(data) : text}\n`),
    note: (text) => {
      if (!json) stderr.write(`${text}\n`);
    },
    failure(error) {
      if (json) {
        stdout.write(`${JSON.stringify({ error: toWire(error) }, null, 2)}\n`);
        return;
      }
      stderr.write(`${colors.red(error.code)}: ${error.message}\n`);
      const problems = error.details.problems ?? error.details.issues ?? error.details.faults;
      if (Array.isArray(problems))
        for (const problem of problems.slice(0, 50)) stderr.write(`  ${describeProblem(problem)}\n`);
    },
    table(rows, columns) {
      if (rows.length === 0) return '(nothing)';
      const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
      const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
      const line = (values: readonly string[]) =>
        values
          .map((value, i) => value.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd();
      return [colors.bold(line(columns)), ...cells.map(line)].join('\n');
    },
  };
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function describeProblem(problem: unknown): string {
  if (problem === null || typeof problem !== 'object') return String(problem);
  const { severity, code, nodeId, path, message } = problem as Record<string, unknown>;
  return [severity, code, nodeId ?? path, message].filter((part) => part !== undefined && part !== '').join('  ');
}
