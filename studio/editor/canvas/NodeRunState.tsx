import { Check, LoaderCircle, PauseCircle, RotateCw, ShieldAlert, X } from 'lucide-react';
import { formatDuration } from '../run/format-duration.ts';
import type { StepOverlay, StepState } from '../run/run-overlay.ts';

const LOOKS: Record<StepState, { icon: typeof Check; words: string }> = {
  running: { icon: LoaderCircle, words: 'Running' },
  done: { icon: Check, words: 'Done' },
  failed: { icon: X, words: 'Failed' },
  handled: { icon: ShieldAlert, words: 'Failed, and caught' },
  retrying: { icon: RotateCw, words: 'Trying again' },
  paused: { icon: PauseCircle, words: 'Paused' },
};

/** The state alone, where there is room for no more. */
export function StateIcon({ state }: { state: StepState }) {
  const { icon: Icon, words } = LOOKS[state];
  return (
    <span className="step-state ml-auto shrink-0" data-state={state} title={words}>
      <Icon size={13} className={state === 'running' ? 'animate-spin' : undefined} aria-label={words} />
    </span>
  );
}

/** How the step is doing in the shown run: icon, time and how often, below its right corner. */
export function NodeRunState({ overlay }: { overlay: StepOverlay }) {
  const { icon: Icon, words } = LOOKS[overlay.state];
  const parts = [words];
  if (overlay.attempt && overlay.attempt > 1) parts.push(`attempt ${overlay.attempt}`);
  if (overlay.message) parts.push(overlay.message);
  if (overlay.error) parts.push(overlay.error.message);
  return (
    <div className="step-run" data-state={overlay.state} title={parts.join(' · ')}>
      <Icon size={13} className={overlay.state === 'running' ? 'animate-spin' : undefined} aria-label={words} />
      {overlay.progress !== undefined && <span>{Math.round(overlay.progress * 100)} %</span>}
      {overlay.durationMs !== undefined && overlay.state !== 'running' && (
        <span>{formatDuration(overlay.durationMs)}</span>
      )}
      {overlay.count > 1 && <span>×{overlay.count}</span>}
      {overlay.pinned && <span>pinned</span>}
    </div>
  );
}
