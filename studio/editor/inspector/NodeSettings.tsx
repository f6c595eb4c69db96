import { nodeIdSchema, type NodeDescriptor, type RetryPolicy, type WorkflowNode } from '@casare/shared';
import { useState } from 'react';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useDocument } from '../editor-env.ts';
import type { NodeSettings as Settings } from '../store/changes.ts';
import { RetrySettings } from './RetrySettings.tsx';

const ON_ERROR = [
  { value: 'default', label: 'Default', description: 'The error port where it is wired, else stop' },
  { value: 'stop', label: 'Stop', description: 'The steps around it stop' },
  { value: 'continue', label: 'Go on', description: 'As if it had worked, at the first port' },
  { value: 'port', label: 'Error port', description: 'Leave by the port "Error"' },
] as const;

const IN_DOUBT = [
  { value: 'default', label: 'Default of the step type' },
  { value: 'retry', label: 'Do it again' },
  { value: 'skip', label: 'Take it as done' },
  { value: 'fail', label: 'Ask a person' },
] as const;

/** How a step runs, apart from what it does. */
export function NodeSettings({ node, descriptor }: { node: WorkflowNode; descriptor: NodeDescriptor | undefined }) {
  const { store } = useDocument();
  const set = (label: string, settings: Settings, typing?: string) =>
    store.getState().edit({
      label,
      group: typing && `setting:${node.id}:${typing}`,
      changes: [{ type: 'setNode', nodeId: node.id, settings }],
    });
  return (
    <div className="flex flex-col gap-3.5">
      <Field label="Name">
        <TextInput
          value={node.name}
          maxLength={200}
          placeholder={descriptor?.title}
          onChange={(name) => set('Rename step', { name }, 'name')}
        />
      </Field>
      <NodeIdField key={node.id} node={node} />
      <Field label="Notes">
        <TextArea
          value={node.notes ?? ''}
          onChange={(notes) => set('Change notes', { notes: notes || undefined }, 'notes')}
        />
      </Field>
      <div className="flex flex-col gap-2">
        <Switch
          label="Switched off: the run passes it by"
          checked={node.disabled ?? false}
          onChange={(on) => set(on ? 'Switch off' : 'Switch on', { disabled: on || undefined })}
        />
        <Switch
          label="Breakpoint: pause before this step"
          checked={node.breakpoint ?? false}
          onChange={(on) => set(on ? 'Set breakpoint' : 'Remove breakpoint', { breakpoint: on || undefined })}
        />
        {node.pinnedOutput !== undefined && (
          <Switch
            label="Pinned output: local runs use it in place of running"
            checked
            onChange={() => set('Unpin output', { pinnedOutput: undefined })}
          />
        )}
      </div>
      <Field label="Time limit" help="Empty: the default of the step type.">
        <NumberInput
          unit="ms"
          min={1}
          step={1000}
          value={node.timeoutMs ?? null}
          onChange={(timeoutMs) => set('Change time limit', { timeoutMs: timeoutMs ?? undefined }, 'timeout')}
        />
      </Field>
      <RetrySettings
        retry={node.retry}
        onChange={(retry: RetryPolicy | undefined) => set('Change retries', { retry }, 'retry')}
      />
      <Field label="When it fails">
        <Select
          aria-label="When it fails"
          value={node.onError ?? 'default'}
          options={ON_ERROR}
          onChange={(value) => set('Change failure handling', { onError: value === 'default' ? undefined : value })}
        />
      </Field>
      <Field
        label="After a crash in the middle of it"
        help="What a resumed run does when it cannot know whether the step was done."
      >
        <Select
          aria-label="After a crash in the middle of it"
          value={node.onInDoubt ?? 'default'}
          options={IN_DOUBT}
          onChange={(value) => set('Change crash handling', { onInDoubt: value === 'default' ? undefined : value })}
        />
      </Field>
      <p className="text-xs text-faint">
        Type <code className="font-mono">{node.type}</code>, version {node.version}
      </p>
    </div>
  );
}

/** The name in expressions. Taken over when the field is left, as half a name would be rewritten everywhere. */
function NodeIdField({ node }: { node: WorkflowNode }) {
  const { store } = useDocument();
  const [text, setText] = useState(node.id);
  const isTaken = text !== node.id && store.getState().document.nodes.byId[text] !== undefined;
  const isWrong = !nodeIdSchema.safeParse(text).success;
  const error = isTaken
    ? 'Another step has this id.'
    : isWrong
      ? 'Letters, digits, _ and - only, 1 to 64 of them.'
      : undefined;
  const commit = () => {
    if (error || text === node.id) {
      setText(node.id);
      return;
    }
    store.getState().edit({ label: 'Change id', changes: [{ type: 'setNodeId', nodeId: node.id, to: text }] }, [text]);
  };
  return (
    <Field
      label="Id in expressions"
      help={<code className="font-mono">{`\${steps.${node.id}.output}`}</code>}
      error={error}
    >
      <TextInput
        mono
        value={text}
        onChange={setText}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </Field>
  );
}
