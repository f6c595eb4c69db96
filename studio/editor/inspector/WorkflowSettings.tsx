import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useDocument } from '../editor-env.ts';
import type { WorkflowHead } from '../store/editor-document.ts';
import { useEditorState } from '../store/selectors.ts';
import { DeclarationList } from './DeclarationList.tsx';
import { OutputList } from './OutputList.tsx';

/** The workflow itself, shown while no step is selected. */
export function WorkflowSettings() {
  const { store } = useDocument();
  const head = useEditorState(store, (state) => state.document.head);
  const set = (label: string, values: Partial<WorkflowHead>, typing?: string) =>
    store.getState().edit({ label, group: typing && `head:${typing}`, changes: [{ type: 'setHead', head: values }] });
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-auto p-3">
      <h2 className="text-base font-semibold">Workflow</h2>
      <Field label="Name" required>
        <TextInput
          value={head.name}
          maxLength={200}
          onChange={(name) => name !== '' && set('Rename workflow', { name }, 'name')}
        />
      </Field>
      <Field label="Description">
        <TextArea
          value={head.description}
          onChange={(description) => set('Change description', { description }, 'description')}
        />
      </Field>
      <DeclarationList
        title="Variables"
        hint="Values that steps read and set: ${vars.name}"
        word="variable"
        items={head.variables}
        onChange={(variables, typing) => set('Change variables', { variables }, typing)}
      />
      <DeclarationList
        title="Inputs"
        hint="What a run is started with: ${input.name}"
        word="input"
        withRequired
        items={head.inputs}
        onChange={(inputs, typing) => set('Change inputs', { inputs }, typing)}
      />
      <OutputList outputs={head.outputs} onChange={(outputs, typing) => set('Change outputs', { outputs }, typing)} />
      <Field label="Time limit of a run" help="Empty: none.">
        <NumberInput
          unit="ms"
          min={1}
          step={1000}
          value={head.settings.timeoutMs ?? null}
          onChange={(value) =>
            set('Change time limit', { settings: { ...head.settings, timeoutMs: value ?? undefined } }, 'timeout')
          }
        />
      </Field>
      <Field label="When a step fails">
        <Select
          aria-label="When a step fails"
          value={head.settings.onError ?? 'stop'}
          options={[
            { value: 'stop', label: 'Stop the run' },
            { value: 'continue', label: 'Go on with the next step' },
          ]}
          onChange={(onError) => set('Change failure handling', { settings: { ...head.settings, onError } })}
        />
      </Field>
    </div>
  );
}
