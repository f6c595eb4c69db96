import { CircleX, Link2, Plus, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { useActionRegistry } from '../../actions/action-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { showStep } from '../actions/run-actions.ts';
import { NodeIcon } from '../canvas/NodeIcon.tsx';
import { StateIcon } from '../canvas/NodeRunState.tsx';
import { titleOf } from '../edits/new-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useStepOverlay } from '../run/run-store.ts';
import { selectedNodeIds, useEditorShallow, useEditorState } from '../store/selectors.ts';
import { type OutlineRow, outlineRows } from './outline-rows.ts';

/** The same workflow as the canvas, as a tree that needs no mouse and no eyes: add, connect, move and delete by key. */
export function Outline() {
  const env = useEditorEnv();
  const actions = useActionRegistry();
  const { store } = useDocument();
  const document = useEditorState(store, (state) => state.document);
  const selected = useEditorShallow(store, selectedNodeIds);
  const rows = useMemo(() => outlineRows(document, env.catalog), [document, env.catalog]);
  const tree = useRef<HTMLDivElement>(null);
  const focusRow = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (!row) return;
    showStep(env, row.nodeId);
    tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[rows.indexOf(row)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(tree.current?.querySelectorAll('[role=treeitem]') ?? [])];
    const at = items.indexOf(event.target as Element);
    if (at === -1 || event.ctrlKey || event.altKey || event.metaKey) return;
    const nodeId = rows[at]?.nodeId;
    switch (event.key) {
      case 'ArrowDown':
        focusRow(at + 1);
        break;
      case 'ArrowUp':
        focusRow(at - 1);
        break;
      case 'Home':
        focusRow(0);
        break;
      case 'End':
        focusRow(rows.length - 1);
        break;
      case 'ArrowLeft':
        focusRow(rows.findLastIndex((row, i) => i < at && row.depth < (rows[at]?.depth ?? 0)));
        break;
      case 'Delete':
        remove();
        break;
      case 'c':
        env.ui.setState({ connectFrom: nodeId ?? null });
        break;
      case '/':
      case '+':
        addHere();
        break;
      case 'Enter':
        if (nodeId) env.canvas.current?.focus(nodeId);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const addHere = () => {
    const nodeId = selectedNodeIds(store.getState())[0];
    env.ui.setState({ connectFrom: null, addAfter: nodeId ?? null });
  };
  const remove = () => {
    const ids = selectedNodeIds(store.getState());
    if (ids.length > 0)
      store.getState().edit({ label: 'Delete step', changes: [{ type: 'remove', items: { nodes: ids } }] }, []);
  };
  const tabStopAt = Math.max(
    0,
    rows.findIndex((row) => row.nodeId === selected[0]),
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1 px-2 py-1.5">
        <IconButton size="sm" icon={Plus} label="Add a step after the selected one" shortcut="/" onClick={addHere} />
        <IconButton
          size="sm"
          icon={Link2}
          label="Connect the selected step"
          shortcut="C"
          disabled={selected.length !== 1}
          onClick={() => env.ui.setState({ connectFrom: selected[0] ?? null })}
        />
        <IconButton
          size="sm"
          icon={Trash2}
          label="Delete the selected step"
          disabled={selected.length === 0}
          onClick={remove}
        />
        <span className="ml-auto text-xs text-faint">{document.nodes.order.length} steps</span>
        <button type="button" className="sr-only" onClick={() => actions.run('editor.run')}>
          Run the workflow
        </button>
      </div>
      <div
        ref={tree}
        role="tree"
        aria-label="Steps of the workflow"
        className="min-h-0 flex-1 overflow-auto px-1.5 pb-2"
        onKeyDown={onKeyDown}
      >
        {rows.map((row, i) => (
          <Row
            key={`${row.nodeId}-${String(i)}`}
            row={row}
            selected={selected.includes(row.nodeId)}
            tabIndex={i === tabStopAt ? 0 : -1}
          />
        ))}
      </div>
    </div>
  );
}

function Row({ row, selected, tabIndex }: { row: OutlineRow; selected: boolean; tabIndex: number }) {
  const env = useEditorEnv();
  const { store, run } = useDocument();
  const node = useEditorState(store, (state) => state.document.nodes.byId[row.nodeId]);
  const hasProblem = useEditorState(store, (state) => state.problemsByNode[row.nodeId] !== undefined);
  const overlay = useStepOverlay(run, row.nodeId);
  if (!node) return null;
  const descriptor = env.catalog.get(node.type);
  const title = titleOf(node, env.catalog);
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={selected}
      tabIndex={tabIndex}
      data-testid={`outline-${row.nodeId}`}
      data-category={descriptor?.category ?? 'unknown'}
      onClick={() => showStep(env, row.nodeId)}
      onFocus={() => selected || showStep(env, row.nodeId)}
      style={{ paddingLeft: 6 + row.depth * 16 }}
      className={classNames(
        'flex h-7 cursor-pointer items-center gap-1.5 rounded-md pr-2',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
        (row.again || row.loose || node.disabled) && 'text-faint',
      )}
    >
      <NodeIcon name={descriptor?.icon} size={14} className="shrink-0 text-[var(--cat)]" />
      {row.port && <span className="shrink-0 rounded bg-mute-soft px-1 text-2xs text-mute">{row.port}</span>}
      <span className="truncate">{title}</span>
      {row.again && <span className="text-2xs">see above</span>}
      {node.disabled && <span className="text-2xs">off</span>}
      {row.loose && <span className="ml-auto text-2xs">not connected</span>}
      {hasProblem && <CircleX size={13} className="ml-auto shrink-0 text-bad" aria-hidden />}
      {overlay && <StateIcon state={overlay.state} />}
    </div>
  );
}
