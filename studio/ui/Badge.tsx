import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { type Tone, TONE_SOFT } from './tone.ts';

/** A short word or number set apart. */
export function Badge({
  tone = 'mute',
  children,
  className,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={classNames(
        'tabular inline-flex h-4.5 shrink-0 min-w-4.5 items-center justify-center rounded px-1.5 text-2xs font-semibold whitespace-nowrap',
        TONE_SOFT[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
