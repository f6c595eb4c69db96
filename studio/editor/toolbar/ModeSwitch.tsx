import { Monitor, Server } from 'lucide-react';
import { useStore } from 'zustand';
import { classNames } from '../../ui/class-names.ts';
import { useEditorEnv } from '../editor-env.ts';

const MODES = [
  { id: 'local', label: 'Local', icon: Monitor, title: 'Run on this machine' },
  { id: 'fleet', label: 'Fleet', icon: Server, title: 'Publish and run on the robots of an orchestrator' },
] as const;

/** Where Run leads: this machine or the fleet. */
export function ModeSwitch() {
  const env = useEditorEnv();
  const mode = useStore(env.ui, (ui) => ui.mode);
  return (
    <div
      role="radiogroup"
      aria-label="Where to run"
      className="mr-1 flex rounded-md border border-line-strong bg-inset p-px"
    >
      {MODES.map(({ id, label, icon: Icon, title }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={mode === id}
          title={title}
          onClick={() => env.ui.setState({ mode: id })}
          className={classNames(
            'flex h-6.5 items-center gap-1.5 rounded-[5px] px-2 text-xs font-medium',
            mode === id ? 'bg-accent-soft text-accent' : 'text-dim hover:text-text',
          )}
        >
          <Icon size={13} aria-hidden />
          {label}
        </button>
      ))}
    </div>
  );
}
