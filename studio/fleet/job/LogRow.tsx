import type { LogLevel, LogLine } from '@casare/shared';
import { formatClock, formatFull } from '../../format/time.ts';
import { classNames } from '../../ui/class-names.ts';
import { type Tone, TONE_TEXT } from '../../ui/tone.ts';
import { splitHits } from './filter-log.ts';

const TONES: Record<LogLevel, Tone> = { debug: 'mute', info: 'info', warn: 'warn', error: 'bad' };

export function LogRow({ line, search }: { line: LogLine; search: string }) {
  return (
    <div className={classNames('flex gap-3 px-3 py-px', line.level === 'error' && 'bg-bad-soft')}>
      <span className="tabular shrink-0 text-faint" title={formatFull(line.at)}>
        {formatClock(line.at)}
      </span>
      <span className={classNames('w-10 shrink-0', TONE_TEXT[TONES[line.level]])}>{line.level}</span>
      <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">
        <Marked text={line.message} search={search} />
        {line.data !== undefined && <span className="text-faint"> {JSON.stringify(line.data)}</span>}
      </span>
      {line.path && (
        <span className="max-w-40 shrink-0 truncate text-faint" title={line.path}>
          {line.path}
        </span>
      )}
    </div>
  );
}

function Marked({ text, search }: { text: string; search: string }) {
  return splitHits(text, search).map((piece, i) =>
    i % 2 === 1 ? (
      // Pieces of one text have no other name than their place.
      <mark key={`${String(i)}-${piece}`} className="rounded bg-warn-soft text-warn">
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
