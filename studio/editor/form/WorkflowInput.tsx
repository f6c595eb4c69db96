import { FolderSearch, SquareArrowOutUpRight } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { openCalled } from '../actions/called-actions.ts';
import { useKnownWorkflows } from '../called/use-called.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import type { LiteralInputProps } from './literal-input-props.ts';

/** The workflow that a step calls: chosen by name among those of the folder, or the id of one that stands elsewhere. */
export function WorkflowInput({ field, value, label, onChange }: LiteralInputProps) {
  const env = useEditorEnv();
  const { store } = useDocument();
  const known = useKnownWorkflows();
  const id = typeof value === 'string' ? value : '';
  const chosen = known?.get(id);
  const own = store.getState().document.head.id;
  const offered = [...(known?.values() ?? [])]
    .filter(({ workflowId }) => workflowId !== own)
    .sort((a, b) => Number(a.example) - Number(b.example) || a.name.localeCompare(b.name));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center gap-1">
        <TextInput
          mono
          aria-label={label}
          placeholder={field.placeholder ?? 'Id of a workflow'}
          className="min-w-0 flex-1"
          value={id}
          onChange={(next) => onChange(next === '' ? undefined : next)}
        />
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              aria-label="Choose a workflow"
              title="Choose a workflow"
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
            >
              <FolderSearch size={15} aria-hidden />
            </button>
          }
          items={offered.map((workflow) => ({
            id: workflow.workflowId,
            label: workflow.example ? `${workflow.name} (example)` : workflow.name,
            checked: workflow.workflowId === id,
            onSelect: () => onChange(workflow.workflowId),
          }))}
        />
        <IconButton
          size="sm"
          icon={SquareArrowOutUpRight}
          label="Open the called workflow"
          shortcut="Alt+Enter"
          disabled={!chosen}
          onClick={() =>
            void openCalled(env, id).catch((error: unknown) => toast.failed(error, 'The workflow cannot be opened'))
          }
        />
      </div>
      {chosen && (
        <p className="truncate text-xs" title={chosen.path}>
          {chosen.name} <span className="text-faint">{chosen.path}</span>
        </p>
      )}
      {id !== '' && known && !chosen && (
        <p className="text-xs text-warn">
          No workflow of the folder or the examples has this id. It has to be published on the fleet.
        </p>
      )}
    </div>
  );
}
