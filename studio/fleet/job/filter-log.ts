import type { LogLevel, LogLine } from '@casare/shared';

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** The lines at or above a level that hold all words. */
export function filterLog(lines: readonly LogLine[], level: LogLevel, search: string): readonly LogLine[] {
  const lowest = LOG_LEVELS.indexOf(level);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (lowest === 0 && words.length === 0) return lines;
  return lines.filter((line) => {
    if (LOG_LEVELS.indexOf(line.level) < lowest) return false;
    const text = `${line.message} ${line.path ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The text cut at what was searched, for marking it; odd pieces are the hits. */
export function splitHits(text: string, search: string): string[] {
  const words = search
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return words.length === 0 ? [text] : text.split(new RegExp(`(${words.join('|')})`, 'i'));
}

/** A line as it stands in a downloaded file. */
export function logText(line: LogLine): string {
  const data = line.data === undefined ? '' : ` ${JSON.stringify(line.data)}`;
  return `${new Date(line.at).toISOString()} ${line.level.toUpperCase().padEnd(5)} ${line.path ?? '-'} ${line.message}${data}`;
}
