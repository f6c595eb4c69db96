import { Blocks } from 'lucide-react';
import { useState } from 'react';
import { Tabs } from '../../ui/Tabs.tsx';
import { NodeIcon } from '../canvas/NodeIcon.tsx';
import { titleOf } from '../edits/new-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { packWords } from '../palette/pack-words.ts';
import { selectedNodeIds, useEditorShallow, useEditorState } from '../store/selectors.ts';
import { INSPECTOR_ID } from './focus-inspector.ts';
import { ManyNodes } from './ManyNodes.tsx';
import { NodeFailure } from './NodeFailure.tsx';
import { NodeParams } from './NodeParams.tsx';
import { NodeSettings } from './NodeSettings.tsx';
import { WorkflowSettings } from './WorkflowSettings.tsx';

/** What is selected, to look at and change: a step, several steps, or the workflow itself. */
export function Inspector() {
  const { store } = useDocument();
  const { canvas } = useEditorEnv();
  const ids = useEditorShallow(store, selectedNodeIds);
  return (
    <aside
      id={INSPECTOR_ID}
      aria-label="Inspector"
      tabIndex={-1}
      className="flex min-h-0 flex-1 flex-col bg-surface outline-none"
      onKeyDown={(event) => {
        // Back to where Enter came from; an open list or completion takes its Escape first.
        if (event.key === 'Escape' && !event.defaultPrevented && event.currentTarget.contains(event.target as Node))
          canvas.current?.focus(ids[0]);
      }}
    >
      {ids.length === 0 ? (
        <WorkflowSettings />
      ) : ids.length === 1 ? (
        <OneNode key={ids[0]} id={ids[0] ?? ''} />
      ) : (
        <ManyNodes ids={ids} />
      )}
    </aside>
  );
}

function unknownWords(type: string): string {
  return `The step type ${type} is not known here. If it comes from a pack, install that pack and start the studio again.`;
}

function OneNode({ id }: { id: string }) {
  const { catalog } = useEditorEnv();
  const { store } = useDocument();
  const node = useEditorState(store, (state) => state.document.nodes.byId[id]);
  const [tab, setTab] = useState<'params' | 'settings'>('params');
  if (!node) return null;
  const descriptor = catalog.get(node.type);
  return (
    <>
      <header className="flex items-start gap-2.5 px-3 pt-3 pb-2" data-category={descriptor?.category ?? 'unknown'}>
        <span className="cat-icon mt-0.5">
          <NodeIcon name={descriptor?.icon} size={15} />
        </span>
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">{titleOf(node, catalog)}</h2>
          <p className="text-xs text-dim">{descriptor?.description ?? unknownWords(node.type)}</p>
          {descriptor?.pack && (
            <p className="mt-1 flex items-center gap-1 text-xs text-faint" data-testid="from-pack">
              <Blocks size={12} aria-hidden />
              {`From the pack ${packWords(descriptor.pack)}`}
            </p>
          )}
        </div>
      </header>
      <NodeFailure nodeId={id} />
      <Tabs
        label="Step"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: 'params',
            label: 'Parameters',
            content: (
              <div className="min-h-0 flex-1 overflow-auto p-3">
                {descriptor && <NodeParams node={node} descriptor={descriptor} />}
              </div>
            ),
          },
          {
            id: 'settings',
            label: 'Settings',
            content: (
              <div className="min-h-0 flex-1 overflow-auto p-3">
                <NodeSettings node={node} descriptor={descriptor} />
              </div>
            ),
          },
        ]}
      />
    </>
  );
}
