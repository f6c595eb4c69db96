import { classNames } from './class-names.ts';
import { type Tone, TONE_COLOR } from './tone.ts';

interface ProgressBarProps {
  /** 0–1; null: busy, extent unknown. */
  value: number | null;
  label: string;
  tone?: Tone;
  className?: string;
}

export function ProgressBar({ value, label, tone = 'info', className }: ProgressBarProps) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={classNames('h-1.5 w-full overflow-hidden rounded-full bg-active', className)}
    >
      <div
        className={classNames(
          'h-full rounded-full',
          percent === undefined && 'w-1/3 animate-[casare-slide_1.6s_linear_infinite]',
        )}
        style={{ background: TONE_COLOR[tone], width: percent === undefined ? undefined : `${percent}%` }}
      />
    </div>
  );
}
