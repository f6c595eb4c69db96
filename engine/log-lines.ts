import type { RedactedStream } from './redact.ts';

/** Text that comes in pieces, as log lines: what is cut in two, a secret for one, is put together first. */
export interface LogLines {
  push(chunk: string): void;
  /** The rest, when there will be no more. */
  end(): void;
}

/** A line without an end is shown in parts of this size: masked first, so no part of a secret is at its edge. */
const longestLine = 16_384;

export function createLogLines(masked: RedactedStream, write: (line: string) => void): LogLines {
  let begun = '';

  function take(text: string): void {
    const lines = (begun + text).split(/\r?\n/);
    begun = lines.pop() ?? '';
    for (const line of lines) if (line !== '') writeParts(line);
    while (begun.length > longestLine) {
      write(begun.slice(0, longestLine));
      begun = begun.slice(longestLine);
    }
  }

  function writeParts(line: string): void {
    for (let at = 0; at < line.length; at += longestLine) write(line.slice(at, at + longestLine));
  }

  return {
    push: (chunk) => take(masked.push(chunk)),
    end() {
      take(masked.end());
      if (begun !== '') write(begun);
      begun = '';
    },
  };
}
