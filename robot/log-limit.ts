import type { LogLine } from '@casare/shared';

/** Characters of log that one job may send: so many a second, after a first burst of as many, and in all. */
const PER_SECOND = 1024 * 1024;
const PER_JOB = 100 * 1024 * 1024;
/** What a line takes beside its text. */
const LINE_COST = 100;
/** Data beside a message that is larger is left out: one line must fit into a request. */
const LARGEST_DATA = 64 * 1024;

type Line = Omit<LogLine, 'seq'>;

/** Keeps a job that writes without end from filling the robot's disk and the fleet's database; the job itself goes on as if nothing was. */
export interface LogLimit {
  /** The lines to send: those that fit, with a line in the place of those that do not. */
  admit(lines: readonly Line[]): Line[];
  /** Says what was dropped last, when the job has ended. */
  end(): Line[];
}

/** `now`: milliseconds that only go forward. */
export function createLogLimit(now: () => number): LogLimit {
  let tokens = PER_SECOND;
  let left = PER_JOB;
  let filledAt = now();
  let dropped = 0;
  let lastAt = 0;

  function fill(): void {
    const at = now();
    tokens = Math.min(PER_SECOND, tokens + ((at - filledAt) / 1000) * PER_SECOND);
    filledAt = at;
  }

  function marker(): Line[] {
    if (dropped === 0) return [];
    const why = left <= 0 ? 'a job keeps 100 MB of log' : 'a job keeps 1 MB of log a second';
    const message = `${dropped} ${dropped === 1 ? 'line was' : 'lines were'} dropped: ${why}.`;
    dropped = 0;
    return [{ at: lastAt, level: 'warn', message }];
  }

  return {
    admit(lines) {
      fill();
      const kept: Line[] = [];
      for (const line of lines) {
        const { shown, size } = measured(line);
        lastAt = line.at;
        if (size > tokens || size > left) {
          // Nothing that is larger than the rest of the job's log can follow.
          if (size > left) left = 0;
          dropped++;
          continue;
        }
        kept.push(...marker(), shown);
        tokens -= size;
        left -= size;
      }
      return kept;
    },
    end: marker,
  };
}

function measured(line: Line): { shown: Line; size: number } {
  const text = line.message.length + LINE_COST;
  if (line.data === undefined) return { shown: line, size: text };
  const size = JSON.stringify(line.data).length;
  if (size <= LARGEST_DATA) return { shown: line, size: text + size };
  const { data: _, ...rest } = line;
  return { shown: { ...rest, message: `${line.message} (data of ${size} characters left out)` }, size: text };
}
