import { CirclePause, Crosshair, Play, Square, StepForward } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Badge } from '../../ui/Badge.tsx';
import type { Tone } from '../../ui/tone.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formatDuration } from '../run/format-duration.ts';
import type { RunOverlay } from '../run/run-overlay.ts';
import { isActive, useRunOverlay } from '../run/run-store.ts';

const TONES: Record<RunOverlay['status'], Tone> = {
  running: 'info',
  paused: 'warn',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'mute',
  parked: 'warn',
};
const WORDS: Record<RunOverlay['status'], string> = {
  running: 'Running',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Stopped',
  parked: 'Needs a decision',
};

export function RunControls() {
  const env = useEditorEnv();
  const { run } = useDocument();
  const registry = useActionRegistry();
  const overlay = useRunOverlay(run);
  const follow = useStore(env.ui, (ui) => ui.follow);
  const live = overlay && !run.replay() ? overlay : undefined;
  const active = isActive(live?.status);
  const act = (id: string) => () => void registry.run(id);
  return (
    <div className="flex min-w-0 items-center gap-1">
      {active ? (
        <Button icon={Square} onClick={act('editor.stop')} title="Stop (Shift+F5)">
          Stop
        </Button>
      ) : (
        <Button icon={Play} variant="primary" onClick={act('editor.run')} title="Run (F5)">
          Run
        </Button>
      )}
      {live?.status === 'paused' ? (
        <IconButton icon={Play} label="Continue" shortcut="F5" onClick={act('editor.run')} />
      ) : (
        <IconButton
          icon={CirclePause}
          label="Pause"
          shortcut="F6"
          disabled={live?.status !== 'running'}
          onClick={act('editor.pause')}
        />
      )}
      <IconButton
        icon={StepForward}
        label="Run one step"
        shortcut="F10"
        disabled={live?.status === 'running'}
        onClick={act('editor.step')}
      />
      <IconButton icon={Crosshair} label="Follow the running step" pressed={follow} onClick={act('editor.follow')} />
      {overlay && (
        <span className="ml-1 flex items-center gap-2" data-testid="run-state" data-status={overlay.status}>
          <Badge tone={TONES[overlay.status]}>
            {run.replay() ? `Replay: ${WORDS[overlay.status].toLowerCase()}` : WORDS[overlay.status]}
          </Badge>
          <Elapsed overlay={overlay} />
        </span>
      )}
    </div>
  );
}

function Elapsed({ overlay }: { overlay: RunOverlay }) {
  const [now, setNow] = useState(Date.now);
  const running = overlay.finishedAt === undefined && overlay.durationMs === undefined;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [running]);
  const ms = overlay.durationMs ?? Math.max(0, now - overlay.startedAt);
  return <span className="tabular text-xs text-dim">{formatDuration(ms)}</span>;
}
