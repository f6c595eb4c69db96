import { ArrowDownToDot, ArrowUpFromDot, CirclePause, Crosshair, Play, Redo, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formatDuration } from '../run/format-duration.ts';
import { isActive, type RunStore, useRunPart } from '../run/run-store.ts';
import { RUN_TONES, RUN_WORDS } from '../run/run-words.ts';

export function RunControls() {
  const env = useEditorEnv();
  const { run } = useDocument();
  const registry = useActionRegistry();
  const status = useRunPart(run, (overlay) => overlay?.status);
  const replay = useRunPart(run, () => run.replay());
  const follow = useStore(env.ui, (ui) => ui.follow);
  const live = replay ? undefined : status;
  const active = isActive(live);
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
      {live === 'paused' ? (
        <IconButton icon={Play} label="Continue" shortcut="F5" onClick={act('editor.run')} />
      ) : (
        <IconButton
          icon={CirclePause}
          label="Pause"
          shortcut="F6"
          disabled={live !== 'running'}
          onClick={act('editor.pause')}
        />
      )}
      <IconButton
        icon={Redo}
        label="Step over"
        shortcut="F10"
        disabled={live === 'running'}
        onClick={act('editor.stepOver')}
      />
      {active && (
        <>
          <IconButton
            icon={ArrowDownToDot}
            label="Step into"
            shortcut="F11"
            disabled={live !== 'paused'}
            onClick={act('editor.stepInto')}
          />
          <IconButton
            icon={ArrowUpFromDot}
            label="Step out"
            shortcut="Shift+F11"
            disabled={live !== 'paused'}
            onClick={act('editor.stepOut')}
          />
        </>
      )}
      <IconButton icon={Crosshair} label="Follow the running step" pressed={follow} onClick={act('editor.follow')} />
      {status && (
        <span className="ml-1 flex items-center gap-2 whitespace-nowrap" data-testid="run-state" data-status={status}>
          <Badge tone={RUN_TONES[status]}>
            {replay ? `Replay: ${RUN_WORDS[status].toLowerCase()}` : RUN_WORDS[status]}
          </Badge>
          <Elapsed run={run} />
        </span>
      )}
    </div>
  );
}

function Elapsed({ run }: { run: RunStore }) {
  const [now, setNow] = useState(Date.now);
  const startedAt = useRunPart(run, (overlay) => overlay?.startedAt ?? 0);
  const durationMs = useRunPart(run, (overlay) => overlay?.durationMs);
  const running = useRunPart(run, (overlay) => overlay?.finishedAt === undefined) && durationMs === undefined;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [running]);
  const ms = durationMs ?? Math.max(0, now - startedAt);
  return <span className="tabular text-xs text-dim">{formatDuration(ms)}</span>;
}
