import { Check, LoaderCircle, PauseCircle, RotateCw, ShieldAlert, TriangleAlert, X } from 'lucide-react';
import { useNow } from '../../format/use-now.ts';
import { formatDuration } from '../run/format-duration.ts';
import type { StepOverlay, StepState } from '../run/step-overlay.ts';

const LOOKS: Record<StepState, { icon: typeof Check; words: string }> = {
  running: { icon: LoaderCircle, words: 'Running' },
  done: { icon: Check, words: 'Done' },
  failed: { icon: X, words: 'Failed' },
  handled: { icon: ShieldAlert, words: 'Failed, and caught' },
  retrying: { icon: RotateCw, words: 'Trying again' },
  waiting: { icon: PauseCircle, words: 'Paused' },
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
  const { state, paused } = overlay;
  if (overlay.silentSince !== undefined && state === 'running' && !paused) {
    return <Silence since={overlay.silentSince} />;
  }
  const { icon: Icon, words } = LOOKS[paused ? 'waiting' : state];
  const parts = [paused ? 'The run is paused before this step' : words];
  if (overlay.attempt && overlay.attempt > 1) parts.push(`attempt ${overlay.attempt}`);
  if (overlay.replayed) parts.push('taken over from an earlier run');
  if (overlay.message) parts.push(overlay.message);
  if (overlay.error) parts.push(overlay.error.message);
  const spins = state === 'running' && !paused;
  return (
    <div className="step-run" data-state={paused ? 'paused' : state} title={parts.join(' · ')}>
      <Icon size={13} className={spins ? 'animate-spin' : undefined} aria-label={words} />
      {paused && <span>paused here</span>}
      {overlay.progress !== undefined && <span>{Math.round(overlay.progress * 100)} %</span>}
      {overlay.durationMs !== undefined && state !== 'running' && !paused && (
        <span>{formatDuration(overlay.durationMs)}</span>
      )}
      {overlay.count > 1 && <span>×{overlay.count}</span>}
      {overlay.pinned && <span>pinned</span>}
      {overlay.replayed && <span>earlier run</span>}
    </div>
  );
}

/** The step takes much longer than it ever did, and says nothing. It may still be at work: nothing is stopped. */
function Silence({ since }: { since: number }) {
  const now = useNow(1000);
  const silent = formatDuration(Math.max(0, now - since));
  return (
    <div
      className="step-run"
      data-state="stuck"
      title={`Nothing was heard of this step for ${silent}, far longer than it usually takes. It may hang: stop the run, or give the step a time limit in its settings.`}
    >
      <TriangleAlert size={13} aria-hidden />
      <span>{`no sign of life for ${silent}`}</span>
    </div>
  );
}
