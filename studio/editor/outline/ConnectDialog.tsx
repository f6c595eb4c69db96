import { outputPorts } from '@casare/shared';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { connect, refusalOf } from '../canvas/use-wiring.ts';
import { freePort } from '../edits/add-node.ts';
import { titleOf } from '../edits/new-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { rows } from '../store/editor-document.ts';

/** Draws a wire without a mouse: choose the port, type to find the step it leads to, Enter. */
export function ConnectDialog() {
  const env = useEditorEnv();
  const nodeId = useStore(env.ui, (ui) => ui.connectFrom);
  if (nodeId === null) return null;
  return <ConnectFrom key={nodeId} nodeId={nodeId} />;
}

const MOST_TARGETS = 300;

function ConnectFrom({ nodeId }: { nodeId: string }) {
  const env = useEditorEnv();
  const document = useDocument();
  const content = document.store.getState().document;
  const node = content.nodes.byId[nodeId];
  const descriptor = node && env.catalog.get(node.type);
  const ports = useMemo(() => (descriptor && node ? outputPorts(descriptor, node.params) : []), [descriptor, node]);
  const [port, setPort] = useState(() => freePort(content, env.catalog, nodeId) ?? ports[0]?.id ?? '');
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const targets = useMemo(() => {
    const from = { node: nodeId, port };
    return rows(content.nodes)
      .slice(0, MOST_TARGETS)
      .flatMap((target) => {
        const input = env.catalog.get(target.type)?.inputs[0]?.id;
        const to = { node: target.id, port: input ?? 'in' };
        return input && !refusalOf(env, document, { from, to })
          ? [{ id: target.id, title: titleOf(target, env.catalog), to }]
          : [];
      });
  }, [content, document, env, nodeId, port]);
  const found = targets.filter((target) => `${target.title} ${target.id}`.toLowerCase().includes(query.toLowerCase()));
  const at = Math.min(chosen, found.length - 1);
  const close = () => {
    env.ui.setState({ connectFrom: null });
    env.canvas.current?.focus(nodeId);
  };
  const pick = (target: (typeof targets)[number] | undefined) => {
    if (!target) return;
    if (connect(env, document, { from: { node: nodeId, port }, to: target.to })) {
      env.ui.setState({ announcement: `Connected to ${target.title}` });
    }
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter') pick(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onClose={close} size="sm" title={`Connect “${node ? titleOf(node, env.catalog) : nodeId}”`}>
      <div className="flex flex-col gap-3" onKeyDown={onKeyDown}>
        <Field label="To step">
          <TextInput
            autoFocus
            placeholder="Type to find a step"
            value={query}
            onChange={(text) => {
              setQuery(text);
              setChosen(0);
            }}
          />
        </Field>
        <ul role="listbox" aria-label="Steps it can lead to" className="max-h-64 overflow-auto">
          {found.map((target, i) => (
            <li
              key={target.id}
              role="option"
              aria-selected={i === at}
              onClick={() => pick(target)}
              className={classNames(
                'flex cursor-pointer gap-2 rounded-md px-2 py-1',
                i === at ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <span className="truncate">{target.title}</span>
              <code className="ml-auto font-mono text-xs text-faint">{target.id}</code>
            </li>
          ))}
          {found.length === 0 && (
            <li className="px-2 py-3 text-dim">No step fits. A wire may not close a circle or lead out of a body.</li>
          )}
        </ul>
        {ports.length > 1 && (
          <Field label="From port">
            <Select
              aria-label="From port"
              value={port}
              options={ports.map((candidate) => ({ value: candidate.id, label: candidate.title }))}
              onChange={setPort}
            />
          </Field>
        )}
      </div>
    </Dialog>
  );
}
