import type { LogLine } from '@casare/shared';
import type { Evidence } from './look.ts';

const MOST = 200;

/** The end of a job's log, kept in memory for the case that it fails. */
export function createLastLines(): {
  add(lines: readonly Omit<LogLine, 'seq'>[]): void;
  asEvidence(): Evidence | undefined;
} {
  let kept: Omit<LogLine, 'seq'>[] = [];
  return {
    add(lines) {
      kept = [...kept, ...lines.slice(-MOST)].slice(-MOST);
    },
    asEvidence() {
      if (kept.length === 0) return undefined;
      const text = kept.map(({ at, level, nodeId, message }) =>
        [new Date(at).toISOString(), level.padEnd(5), nodeId ? `${nodeId}:` : '', message].filter(Boolean).join(' '),
      );
      const content = Buffer.from(`${text.join('\n')}\n`);
      return { kind: 'log', name: 'last-lines.txt', contentType: 'text/plain', content, takenAt: Date.now() };
    },
  };
}
