import { type NodeDescriptor, outputPorts, type Port } from '@casare/shared';
import type { NodeProps } from '@xyflow/react';
import { Pin, StickyNote, TriangleAlert } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { calledId } from '../called/called-id.ts';
import { useCalledName } from '../called/use-called.ts';
import { titleOf } from '../edits/new-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { formModel, summaryOf } from '../form/form-model.ts';
import { CATEGORY_TITLES } from '../palette/search-nodes.ts';
import { useStepOverlay } from '../run/run-store.ts';
import type { StepFlowNode } from '../store/flow.ts';
import { tabStop, useEditorState } from '../store/selectors.ts';
import { classNames } from '../../ui/class-names.ts';
import { BreakpointMark } from './BreakpointMark.tsx';
import { NODE_WIDTH, nodeHeight, portOffset } from './node-size.ts';
import { NodeIcon } from './NodeIcon.tsx';
import { NodePorts } from './NodePorts.tsx';
import { NodeRunState } from './NodeRunState.tsx';

const NO_PORTS: Port[] = [];

/** A step on the canvas. Drawn again only when its own row, its problems or its own run state change. */
export const NodeView = memo(function NodeView({ data: { node }, selected }: NodeProps<StepFlowNode>) {
  const { catalog } = useEditorEnv();
  const { store, run } = useDocument();
  const descriptor = catalog.get(node.type);
  const problems = useEditorState(store, (state) => state.problemsByNode[node.id]);
  const renaming = useEditorState(store, (state) => state.renaming === node.id);
  const isTabStop = useEditorState(store, (state) => tabStop(state) === node.id);
  const overlay = useStepOverlay(run, node.id);
  const outputs = useMemo(
    () => (descriptor ? outputPorts(descriptor, node.params) : NO_PORTS),
    [descriptor, node.params],
  );
  const called = useCalledName(calledId(node));
  const ownSummary = useMemo(
    () => (descriptor ? summaryOf(formModel(descriptor), node.params) : node.type),
    [descriptor, node.type, node.params],
  );
  const summary = called === undefined ? ownSummary : `→ ${called}`;
  const main = outputs.filter((port) => port.kind !== 'error');
  const worst = problems?.some((problem) => problem.severity === 'error') ? 'error' : problems?.length ? 'warning' : '';
  const title = titleOf(node, catalog);
  return (
    <div
      data-testid={`node-${node.id}`}
      data-state={overlay?.paused ? 'paused' : overlay?.state}
      data-category={descriptor?.category ?? 'unknown'}
      role="group"
      aria-roledescription="step"
      tabIndex={isTabStop ? 0 : -1}
      aria-label={[title, descriptor?.title, node.disabled && 'switched off', selected && 'selected']
        .filter(Boolean)
        .join(', ')}
      onFocus={() => store.getState().setFocused(node.id)}
      className={classNames('step', selected && 'step-selected', node.disabled && 'step-disabled')}
      style={{ width: NODE_WIDTH, height: nodeHeight(main.length) }}
    >
      <span className="step-icon">
        <NodeIcon name={descriptor?.icon} size={18} />
      </span>
      <div className={classNames('step-text', main.length > 1 && 'step-text-ports')}>
        {renaming ? (
          <RenameField nodeId={node.id} name={title} />
        ) : (
          <span className="step-title" title={title}>
            {title}
          </span>
        )}
        <span className={classNames('step-summary', !descriptor && 'text-bad')}>
          {descriptor ? summary || kindWords(descriptor, title) : `Unknown type ${node.type}`}
        </span>
      </div>
      {main.length > 1 &&
        main.map((port, i) => (
          <span key={port.id} className="step-port-name" style={{ top: portOffset(i) - 8 }}>
            {port.title}
          </span>
        ))}
      <div className="step-badges">
        {worst && (
          <span
            className={worst === 'error' ? 'text-bad' : 'text-warn'}
            title={problems?.map((problem) => problem.message).join('\n')}
          >
            <TriangleAlert size={14} aria-label={`${problems?.length ?? 0} problems`} />
          </span>
        )}
        {node.notes && (
          <span className="text-dim" title={node.notes}>
            <StickyNote size={13} aria-label="Has notes" />
          </span>
        )}
        {node.pinnedOutput !== undefined && (
          <span className="text-accent" title="Pinned output: local runs use it in place of running the step">
            <Pin size={13} aria-label="Pinned output" />
          </span>
        )}
        {node.disabled && <span className="step-off">Off</span>}
      </div>
      {node.breakpoint && <BreakpointMark nodeId={node.id} />}
      {overlay && <NodeRunState overlay={overlay} />}
      <NodePorts nodeId={node.id} inputs={descriptor?.inputs ?? NO_PORTS} outputs={outputs} />
    </div>
  );
});

/** What kind of step it is, where its name does not say that already. */
function kindWords(descriptor: NodeDescriptor, title: string): string {
  return title.startsWith(descriptor.title) ? CATEGORY_TITLES[descriptor.category] : descriptor.title;
}

function RenameField({ nodeId, name }: { nodeId: string; name: string }) {
  const { store } = useDocument();
  const { canvas } = useEditorEnv();
  const [text, setText] = useState(name);
  const finish = (keep: boolean) => {
    const { edit, setRenaming, renaming } = store.getState();
    if (renaming !== nodeId) return;
    setRenaming(null);
    const next = text.trim();
    if (keep && next !== '' && next !== name) {
      edit({
        label: `Rename to ${next}`,
        changes: [{ type: 'setNode', nodeId, settings: { name: next.slice(0, 200) } }],
      });
    }
    canvas.current?.focus(nodeId);
  };
  return (
    <input
      // The person asked for this field by F2 or a menu a moment ago.
      ref={(element) => element?.focus()}
      className="nodrag step-rename"
      aria-label="Name of the step"
      value={text}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
    />
  );
}
