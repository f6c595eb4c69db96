import { useStore as useFlowStore } from '@xyflow/react';
import { Maximize, Minus, Plus, Workflow } from 'lucide-react';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { IconButton } from '../../ui/IconButton.tsx';

/** Zoom, fit and layout, at the lower left of the canvas. */
export function CanvasControls() {
  const actions = useActionRegistry();
  const percent = useFlowStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="react-flow__panel bottom left m-2.5! flex items-center rounded-md border border-line bg-surface p-0.5">
      <IconButton size="sm" label="Zoom out" icon={Minus} onClick={() => actions.run('editor.zoomOut')} />
      <button
        type="button"
        className="tabular h-6 w-11 rounded text-xs text-dim hover:bg-hover hover:text-text"
        title="Zoom to 100 % (0)"
        aria-label={`Zoom is ${percent} percent, set to 100`}
        onClick={() => actions.run('editor.zoom100')}
      >
        {percent} %
      </button>
      <IconButton size="sm" label="Zoom in" icon={Plus} onClick={() => actions.run('editor.zoomIn')} />
      <IconButton
        size="sm"
        label="Fit to view"
        shortcut="1"
        icon={Maximize}
        onClick={() => actions.run('editor.fit')}
      />
      <IconButton
        size="sm"
        label="Arrange steps"
        shortcut="Shift+L"
        icon={Workflow}
        onClick={() => actions.run('editor.layout')}
      />
    </div>
  );
}
