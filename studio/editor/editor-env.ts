import type { CatalogIndex, StudioHost } from '@casare/shared';
import { createContext, use } from 'react';
import { createStore, type StoreApi } from 'zustand';
import type { WorkflowFolder } from './called/workflow-folder.ts';
import { createTextClipboard, type TextClipboard } from './clipboard/system-clipboard.ts';
import type { FleetClient } from '../fleet/fleet-client.ts';
import type { WireEnd } from './edits/add-node.ts';
import type { OpenDocument } from './files/open-document.ts';
import type { EditorSession } from './files/session.ts';
import type { RunController } from './run/run-controller.ts';
import type { Point } from './store/changes.ts';
import { createVaultNames, type VaultNamesStore } from './vault-names.ts';

export type LeftTab = 'palette' | 'outline';
export type BottomTab = 'problems' | 'data' | 'debug' | 'log' | 'runs';

export type EditorDialog =
  | { kind: 'open' }
  | { kind: 'saveAs'; document: OpenDocument; then?: () => void }
  | { kind: 'rename'; document: OpenDocument }
  | { kind: 'conflict'; document: OpenDocument; path: string }
  | { kind: 'close'; document: OpenDocument }
  | { kind: 'inputs'; document: OpenDocument; start: (input: Record<string, unknown>) => Promise<void> }
  | { kind: 'submit'; workflowId: string }
  | { kind: 'condition'; document: OpenDocument; nodeId: string }
  | { kind: 'extract'; document: OpenDocument };

/** An open search for a step to add: where it will stand, and the wire that waits for it. */
export interface QuickAdd {
  screen: Point;
  flow: Point;
  wire?: WireEnd;
  edgeId?: string;
}

/** What of the editor is shown, apart from any document. */
export interface EditorUi {
  leftTab: LeftTab;
  leftOpen: boolean;
  bottomTab: BottomTab;
  bottomOpen: boolean;
  rightOpen: boolean;
  dialog: EditorDialog | null;
  quickAdd: QuickAdd | null;
  /** Step from which a wire is being drawn by keyboard. */
  connectFrom: string | null;
  /** Step behind which one is being added by keyboard; undefined: none is. */
  addAfter: string | null | undefined;
  /** The view follows the running step. */
  follow: boolean;
  headless: boolean;
  mode: 'local' | 'fleet';
  /** Read out by screen readers. */
  announcement: string;
  /** How often finding was asked for since it was closed; 0: it is closed. */
  find: number;
}

/** The drawn canvas, for actions that need to know where things are on it. */
export interface CanvasHandle {
  /** Whether the pointer is over the canvas. */
  hasPointer(): boolean;
  /** Where the pointer is on the canvas, or its centre. */
  pointer(): { screen: Point; flow: Point };
  centre(): Point;
  toFlow(screen: Point): Point;
  fit(flowIds?: readonly string[]): void;
  /** `jump` moves at once: while a run goes on, animating costs a third of a core. */
  reveal(flowIds: readonly string[], jump?: boolean): void;
  /** Brings a step to the middle, whether it is in view or not. */
  centreOn(nodeId: string): void;
  zoomTo(zoom: number): void;
  zoomBy(factor: number): void;
  focus(nodeId?: string): void;
  hasFocus(): boolean;
}

/** Everything the editor's parts and actions share; one per mounted editor page. */
export interface EditorEnv {
  session: EditorSession;
  host: StudioHost;
  catalog: CatalogIndex;
  runs: RunController;
  /** What steps can call. */
  workflows: WorkflowFolder;
  clipboard: TextClipboard;
  /** What expressions may name of credentials and assets. */
  vaultNames: VaultNamesStore;
  ui: StoreApi<EditorUi>;
  canvas: { current: CanvasHandle | null };
  /** The orchestrator, while one is connected. */
  fleet: { current: FleetClient | undefined };
}

function createEditorUi(): StoreApi<EditorUi> {
  return createStore<EditorUi>(() => ({
    leftTab: 'palette',
    leftOpen: true,
    bottomTab: 'problems',
    bottomOpen: true,
    rightOpen: true,
    dialog: null,
    quickAdd: null,
    connectFrom: null,
    addAfter: undefined,
    follow: true,
    headless: true,
    mode: 'local',
    announcement: '',
    find: 0,
  }));
}

export function createEditorEnv(session: EditorSession, workflows: WorkflowFolder, runs: RunController): EditorEnv {
  return {
    session,
    host: session.host,
    catalog: session.catalog,
    runs,
    workflows,
    clipboard: createTextClipboard(),
    vaultNames: createVaultNames(),
    ui: createEditorUi(),
    canvas: { current: null },
    fleet: { current: undefined },
  };
}

export function attachCanvas(env: EditorEnv, canvas: CanvasHandle | null): void {
  env.canvas.current = canvas;
}

export function attachFleet(env: EditorEnv, fleet: FleetClient | undefined): void {
  env.fleet.current = fleet;
}

export function activeDocument(env: EditorEnv): OpenDocument | undefined {
  const { documents, activeKey } = env.session.state.getState();
  return documents.find((document) => document.key === activeKey);
}

export const EditorEnvContext = createContext<EditorEnv | null>(null);
export const DocumentContext = createContext<OpenDocument | null>(null);

export function useEditorEnv(): EditorEnv {
  const env = use(EditorEnvContext);
  if (!env) throw new Error('useEditorEnv needs an EditorPage above it');
  return env;
}

/** The document that the surrounding part of the page shows. */
export function useDocument(): OpenDocument {
  const document = use(DocumentContext);
  if (!document) throw new Error('useDocument needs an open document above it');
  return document;
}
