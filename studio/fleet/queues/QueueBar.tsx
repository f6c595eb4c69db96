import type { QueueFigures } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { TONE_COLOR, type Tone } from '../../ui/tone.ts';

/** What waits, is worked on and has ended, as parts of one bar; the words say the same. */
export function QueueBar({ figures, className = '' }: { figures: QueueFigures; className?: string }) {
  const { t } = useTranslation('fleet');
  const parts: { name: 'new' | 'inProgress' | 'successful' | 'failed'; count: number; tone: Tone }[] = [
    { name: 'successful', count: figures.successful, tone: 'ok' },
    { name: 'failed', count: figures.failedBusiness + figures.failedApplication + figures.abandoned, tone: 'bad' },
    { name: 'inProgress', count: figures.inProgress, tone: 'info' },
    { name: 'new', count: figures.new + figures.postponed, tone: 'mute' },
  ];
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const words = parts.map(({ name, count }) => `${t(`queue.parts.${name}`)}: ${count}`).join(', ');
  return (
    <div
      role="img"
      aria-label={words}
      title={words}
      className={`flex h-2 gap-px overflow-hidden rounded-full bg-active ${className}`}
    >
      {parts
        .filter(({ count }) => count > 0)
        .map(({ name, count, tone }) => (
          // A part that is there is seen, however small.
          <span key={name} style={{ flexGrow: count / total, flexBasis: 3, background: TONE_COLOR[tone] }} />
        ))}
    </div>
  );
}
