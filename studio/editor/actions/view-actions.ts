import {
  Link,
  ListTree,
  Maximize,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Plus,
  Scan,
  Search,
  SlidersHorizontal,
  Workflow,
} from 'lucide-react';
import { focusInspector } from '../inspector/focus-inspector.ts';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { FIRST_PORT } from '../canvas/node-size.ts';
import { freePort, placeBehind } from '../edits/add-node.ts';
import type { EditorEnv, EditorUi, QuickAdd } from '../editor-env.ts';
import { layOut } from '../layout/elk-layout.ts';
import { layoutGraph, readLayout } from '../layout/layout-graph.ts';
import type { Point } from '../store/changes.ts';
import { itemOf } from '../store/flow.ts';
import { selectedFlowIds, selectedNodeIds } from '../store/selectors.ts';
import { hasNodes, hasSelection, onCanvas, stateOf } from './edit-actions.ts';

export function viewActions(env: EditorEnv): Action[] {
  const view = (id: string, label: string, shortcut: string | undefined, run: () => void, more: Partial<Action> = {}) =>
    defineAction({ id, label, shortcut, group: 'view', when: () => env.canvas.current !== null, run, ...more });
  const key = { when: () => onCanvas(env) };
  const flip = (panel: 'leftOpen' | 'rightOpen' | 'bottomOpen') =>
    env.ui.setState((ui: EditorUi) => ({ [panel]: !ui[panel] }));
  return [
    view('editor.add', 'Add step…', '/', () => openQuickAdd(env), { group: 'edit', icon: Plus, ...key }),
    view('editor.addAtPointer', 'Add step at the pointer', 'Tab', () => openQuickAdd(env), {
      group: 'edit',
      hidden: true,
      // With the pointer elsewhere Tab goes on to the next control: the canvas must not hold the keyboard.
      when: () => onCanvas(env) && (env.canvas.current?.hasPointer() ?? false),
    }),
    view('editor.editStep', 'Edit parameters of the step', 'Enter', () => editStep(env), {
      group: 'edit',
      icon: SlidersHorizontal,
      when: () => hasNodes(env),
    }),
    view('editor.find', 'Find in workflow', 'Ctrl+F', () => env.ui.setState((ui) => ({ find: ui.find + 1 })), {
      group: 'edit',
      icon: Search,
      keywords: ['search'],
    }),
    view('editor.fit', 'Fit to view', '1', () => env.canvas.current?.fit(), { icon: Maximize, ...key }),
    view('editor.zoom100', 'Zoom to 100 %', '0', () => env.canvas.current?.zoomTo(1), key),
    view('editor.zoomIn', 'Zoom in', '+', () => env.canvas.current?.zoomBy(1.25), key),
    view('editor.zoomOut', 'Zoom out', '-', () => env.canvas.current?.zoomBy(0.8), key),
    view('editor.fitSelection', 'Zoom to selection', '.', () => fitSelection(env), {
      icon: Scan,
      when: () => hasSelection(env),
    }),
    view('editor.layout', 'Arrange steps', 'Shift+L', () => void 0, {
      icon: Workflow,
      keywords: ['layout', 'tidy', 'align'],
      run: () => arrange(env),
    }),
    view('editor.connect', 'Connect step to…', 'C', () => startConnecting(env), {
      group: 'edit',
      icon: Link,
      when: () => hasNodes(env),
    }),
    view('editor.toggleLeft', 'Show or hide palette', 'Ctrl+B', () => flip('leftOpen'), { icon: PanelLeft }),
    view('editor.toggleRight', 'Show or hide inspector', 'Ctrl+Alt+B', () => flip('rightOpen'), { icon: PanelRight }),
    view('editor.toggleBottom', 'Show or hide bottom panel', 'Ctrl+J', () => flip('bottomOpen'), { icon: PanelBottom }),
    view(
      'editor.outline',
      'Show outline',
      'Ctrl+Shift+O',
      () => env.ui.setState({ leftTab: 'outline', leftOpen: true }),
      {
        icon: ListTree,
      },
    ),
    ...nudges(env),
  ];
}

function openQuickAdd(env: EditorEnv): void {
  const at = env.canvas.current?.pointer();
  if (at) env.ui.setState({ quickAdd: behindSelected(env, at) ?? at });
}

function editStep(env: EditorEnv): void {
  env.ui.setState({ rightOpen: true });
  // Once the inspector has been drawn with the step in it.
  requestAnimationFrame(focusInspector);
}

/** Without a pointer the step goes behind the selected one, wired to it. */
function behindSelected(env: EditorEnv, at: Pick<QuickAdd, 'screen'>): QuickAdd | undefined {
  const state = stateOf(env);
  const [nodeId, more] = state ? selectedNodeIds(state) : [];
  const node = state?.document.nodes.byId[nodeId ?? ''];
  if (!state || !node || more !== undefined || env.canvas.current?.hasPointer()) return undefined;
  const port = freePort(state.document, env.catalog, node.id);
  if (port === undefined) return undefined;
  const place = placeBehind(state.document, node);
  return {
    screen: at.screen,
    flow: { x: place.x, y: place.y + FIRST_PORT },
    wire: { side: 'from', node: node.id, port },
  };
}

function fitSelection(env: EditorEnv): void {
  const state = stateOf(env);
  if (state) env.canvas.current?.fit(selectedFlowIds(state));
}

function startConnecting(env: EditorEnv): void {
  const state = stateOf(env);
  if (state) env.ui.setState({ connectFrom: selectedNodeIds(state)[0] ?? null });
}

/** The selected steps, or all of them. */
async function arrange(env: EditorEnv): Promise<void> {
  const before = stateOf(env);
  if (!before) return;
  const chosen = selectedNodeIds(before);
  const only = chosen.length > 1 ? new Set(chosen) : undefined;
  const laidOut = await layOut(layoutGraph(before.document, env.catalog, only));
  // The document may have changed meanwhile; steps that are gone are simply not moved.
  const state = stateOf(env);
  if (!state || state.stateToken() !== before.stateToken()) return;
  state.edit({
    label: 'Arrange steps',
    changes: [{ type: 'move', items: { nodes: readLayout(state.document, laidOut) } }],
  });
  env.canvas.current?.fit();
}

const DIRECTIONS: readonly [key: string, x: number, y: number][] = [
  ['Left', -1, 0],
  ['Right', 1, 0],
  ['Up', 0, -1],
  ['Down', 0, 1],
];

/** Arrows move what is selected, ten times as far with Shift; with Alt they walk from step to step. */
function nudges(env: EditorEnv): Action[] {
  return DIRECTIONS.flatMap(([key, x, y]) => [
    ...[1, 10].map((times) =>
      defineAction({
        id: `editor.nudge${key}${times === 1 ? '' : 'Far'}`,
        label: `Move ${key.toLowerCase()}`,
        group: 'edit',
        shortcut: times === 1 ? key : `Shift+${key}`,
        hidden: true,
        when: () => hasSelection(env),
        run: () => nudge(env, { x: x * 8 * times, y: y * 8 * times }),
      }),
    ),
    defineAction({
      id: `editor.walk${key}`,
      label: `Go to the step ${key === 'Up' ? 'above' : key === 'Down' ? 'below' : key.toLowerCase()}`,
      group: 'view',
      shortcut: `Alt+${key}`,
      hidden: true,
      when: () => onCanvas(env),
      run: () => walk(env, { x, y }),
    }),
  ]);
}

function nudge(env: EditorEnv, by: Point): void {
  const state = stateOf(env);
  if (!state) return;
  const moved = { nodes: {}, frames: {}, notes: {} } as Record<'nodes' | 'frames' | 'notes', Record<string, Point>>;
  for (const { position, id: flowId } of state.flow.nodes.filter((node) => node.selected)) {
    const { kind, id } = itemOf(flowId);
    moved[kind][id] = { x: position.x + by.x, y: position.y + by.y };
  }
  state.edit({ label: 'Move', group: 'nudge', changes: [{ type: 'move', items: moved }] });
}

/** Selects the nearest step in a direction; what lies straight ahead counts as nearer than what lies aside. */
function walk(env: EditorEnv, towards: Point): void {
  const state = stateOf(env);
  if (!state) return;
  const nodes = Object.values(state.document.nodes.byId);
  const from = state.document.nodes.byId[selectedNodeIds(state)[0] ?? state.focused ?? ''] ?? nodes[0];
  if (!from) return;
  let best: { id: string; distance: number } | undefined;
  for (const node of nodes) {
    const by = { x: node.position.x - from.position.x, y: node.position.y - from.position.y };
    const ahead = by.x * towards.x + by.y * towards.y;
    if (ahead <= 4) continue;
    const aside = Math.abs(by.x * towards.y) + Math.abs(by.y * towards.x);
    const distance = ahead + aside * 2;
    if (!best || distance < best.distance) best = { id: node.id, distance };
  }
  const target = best?.id ?? from.id;
  state.select([target]);
  env.canvas.current?.reveal([target]);
  env.canvas.current?.focus(target);
}
