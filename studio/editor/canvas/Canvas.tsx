import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlowStore,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { type MouseEvent, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { openCalled } from '../actions/called-actions.ts';
import { calledId } from '../called/called-id.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { keepViewport } from '../files/open-document.ts';
import { FindBar } from '../find/FindBar.tsx';
import { GRID } from '../edits/new-node.ts';
import type { FlowNode } from '../store/flow.ts';
import { useEditorState } from '../store/selectors.ts';
import { classNames } from '../../ui/class-names.ts';
import { toast } from '../../ui/toast.tsx';
import { firstView } from './first-view.ts';
import { CanvasControls } from './CanvasControls.tsx';
import { CanvasMenu } from './CanvasMenu.tsx';
import './canvas.css';
import './wires.css';
import { ConnectionRefusal } from './ConnectionRefusal.tsx';
import { EdgeView } from './EdgeView.tsx';
import { FrameView } from './FrameView.tsx';
import { NodeView } from './NodeView.tsx';
import { NoteView } from './NoteView.tsx';
import { QuickAdd } from './QuickAdd.tsx';
import { useCanvasHandle } from './use-canvas-handle.ts';
import { useDragging } from './use-dragging.ts';
import { useWiring } from './use-wiring.ts';

const NODE_TYPES = { step: NodeView, frame: FrameView, note: NoteView };
const EDGE_TYPES = { wire: EdgeView };

/** Below this many steps drawing all is cheaper than mounting them again while panning. */
const DRAW_ONLY_VISIBLE_FROM = 150;
/** Zoomed out this far small print cannot be read any more, and then no text at all. */
const OUT = 0.5;
const FAR = 0.22;

export function Canvas() {
  const document = useDocument();
  // A canvas of its own per document: measured sizes and the view must not leak from one into the other.
  return (
    <ReactFlowProvider key={document.key}>
      <CanvasOfDocument />
    </ReactFlowProvider>
  );
}

function CanvasOfDocument() {
  const env = useEditorEnv();
  const document = useDocument();
  const { store } = document;
  const wrapper = useRef<HTMLDivElement>(null);
  const pointer = useCanvasHandle(wrapper);
  const nodes = useEditorState(store, (state) => state.flow.nodes);
  const edges = useEditorState(store, (state) => state.flow.edges);
  const quickAdd = useStore(env.ui, (ui) => ui.quickAdd);
  const wide = useFlowStore((state) => state.width > 520);
  const out = useFlowStore((state) => state.transform[2] < OUT);
  const far = useFlowStore((state) => state.transform[2] < FAR);
  const { onNodesChange, onEdgesChange } = store.getState();
  const wiring = useWiring();
  const { onDragOver, onDragLeave, onDrop, ...dragging } = useDragging();

  useFollow();

  const isEmpty = (target: EventTarget | null) => target instanceof Element && target.matches('.react-flow__pane');
  return (
    <CanvasMenu>
      <div
        ref={wrapper}
        data-testid="canvas"
        role="group"
        aria-label="Canvas"
        tabIndex={-1}
        className={classNames(
          'editor-canvas relative min-h-0 flex-1 outline-none',
          out && 'zoomed-out',
          far && 'zoomed-far',
        )}
        {...pointer}
        onDoubleClick={(event) => {
          if (isEmpty(event.target)) openQuickAdd(event.clientX, event.clientY);
        }}
        onDragOver={onDragOver}
        onDragLeave={onDragLeave}
        onDrop={onDrop}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          {...wiring}
          {...dragging}
          onNodeClick={(event, node) => {
            chooseOnly(event, node);
            focusStep(node);
          }}
          onNodeDoubleClick={(_, node) => openStep(node)}
          onSelectionDragStop={(_, moved) => store.getState().commitMove(moved.map((node) => node.id))}
          onMoveEnd={(_, viewport) => keepViewport(document, viewport)}
          defaultViewport={document.viewport}
          onInit={(flow) => {
            if (!document.viewport) void flow.setViewport(firstView(flow, wrapper.current));
          }}
          attributionPosition="bottom-center"
          onlyRenderVisibleElements={nodes.length > DRAW_ONLY_VISIBLE_FROM}
          connectionLineType={ConnectionLineType.Bezier}
          connectionRadius={28}
          selectionMode={SelectionMode.Partial}
          selectionOnDrag
          panOnDrag={[1]}
          panOnScroll
          zoomActivationKeyCode={['Control', 'Meta']}
          panActivationKeyCode="Space"
          multiSelectionKeyCode={['Control', 'Meta']}
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          snapToGrid
          snapGrid={[GRID, GRID]}
          minZoom={0.1}
          maxZoom={2}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          elevateNodesOnSelect={false}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} />
          {wide && (
            <MiniMap
              pannable
              zoomable
              nodeColor={minimapColor}
              nodeStrokeWidth={0}
              style={{ width: 150, height: 100 }}
            />
          )}
          <CanvasControls />
          <ConnectionRefusal />
        </ReactFlow>
        <FindBar />
        {quickAdd && <QuickAdd request={quickAdd} />}
      </div>
    </CanvasMenu>
  );

  /** A call leads to what it calls, any other step to its parameters. */
  function openStep(node: FlowNode) {
    if (node.type !== 'step') return;
    const called = calledId(node.data.node);
    if (called === undefined || !env.workflows.state.getState().known?.has(called))
      env.ui.setState({ rightOpen: true });
    else openCalled(env, called).catch((error: unknown) => toast.failed(error, 'The workflow cannot be opened'));
  }
  function openQuickAdd(x: number, y: number) {
    const flow = env.canvas.current?.toFlow({ x, y });
    if (flow) env.ui.setState({ quickAdd: { screen: { x, y }, flow } });
  }
  /** A plain click on one of several selected means that one: React Flow would keep them all. */
  function chooseOnly(event: MouseEvent, node: FlowNode) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    store.getState().select([node.id]);
  }
  function focusStep(node: FlowNode) {
    if (node.type === 'step' && store.getState().renaming === null) env.canvas.current?.focus(node.id);
  }
}

function minimapColor(node: FlowNode): string {
  if (node.type === 'note') return 'var(--note-line)';
  if (node.type === 'frame') return 'var(--hover)';
  return node.selected ? 'var(--accent)' : 'var(--line-strong)';
}

const FOLLOW_EVERY_MS = 300;

/** Keeps the running step in view while "follow" is on; moving the view costs more than anything else while a run goes on. */
function useFollow() {
  const env = useEditorEnv();
  const document = useDocument();
  useEffect(() => {
    let last: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      timer = undefined;
      const overlay = document.run.overlay();
      const current = overlay?.pausedAt?.nodeId ?? overlay?.current;
      if (!current || current === last || document.run.replay() || !env.ui.getState().follow) return;
      last = current;
      env.canvas.current?.reveal([current], true);
    };
    const unsubscribe = document.run.subscribe(() => {
      timer ??= setTimeout(follow, FOLLOW_EVERY_MS);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [env, document]);
}
