import { whyNotConnect, type WorkflowEdge } from '@casare/shared';
import type { Connection, FinalConnectionState } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { createEdge } from '../edits/new-node.ts';
import { type EditorEnv, useDocument, useEditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import type { FlowEdge } from '../store/flow.ts';
import { toast } from '../../ui/toast.tsx';
import { itemAt, pointOf } from './find-on-canvas.ts';

type Ends = Pick<WorkflowEdge, 'from' | 'to'>;

/** The ends of a connection as the document writes them. */
function endsOf(connection: Connection | FlowEdge): Ends {
  return {
    from: { node: connection.source, port: connection.sourceHandle ?? 'out' },
    to: { node: connection.target, port: connection.targetHandle ?? 'in' },
  };
}

/** Why this wire may not be drawn; `replacing` is the wire whose end is being moved. */
export function refusalOf(env: EditorEnv, document: OpenDocument, ends: Ends, replacing?: string): string | undefined {
  const workflow = document.store.getState().workflow();
  const edges = workflow.edges.filter((edge) => edge.id !== replacing);
  return whyNotConnect({ nodes: workflow.nodes, edges }, env.catalog, ends);
}

/** Draws the wire, or says why not. */
export function connect(env: EditorEnv, document: OpenDocument, ends: Ends): boolean {
  const refusal = refusalOf(env, document, ends);
  if (refusal) {
    toast.info(refusal);
    return false;
  }
  const { edit, document: content } = document.store.getState();
  edit({ label: 'Connect', changes: [{ type: 'addEdges', edges: [createEdge(content, ends.from, ends.to)] }] });
  return true;
}

export function useWiring() {
  const env = useEditorEnv();
  const document = useDocument();
  /** Wire whose end is in the hand. */
  const held = useRef<string | undefined>(undefined);
  return useMemo(() => {
    const { store } = document;
    return {
      isValidConnection: (connection: Connection | FlowEdge) =>
        refusalOf(env, document, endsOf(connection), held.current) === undefined,

      onConnect: (connection: Connection) => {
        connect(env, document, endsOf(connection));
      },

      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        if (held.current !== undefined || state.isValid || !state.fromNode || !state.fromHandle) return;
        const screen = pointOf(event);
        const from = { node: state.fromNode.id, port: state.fromHandle.id ?? 'out' };
        const forward = state.fromHandle.type === 'source';
        const under = itemAt(screen);
        const target = under === undefined ? undefined : store.getState().document.nodes.byId[under];
        if (state.toHandle && state.toNode) {
          const other = { node: state.toNode.id, port: state.toHandle.id ?? 'in' };
          connect(env, document, forward ? { from, to: other } : { from: other, to: from });
        } else if (target && target.id !== from.node && forward) {
          // The whole step takes a wire, not only its port.
          const input = env.catalog.get(target.type)?.inputs[0]?.id ?? 'in';
          connect(env, document, { from, to: { node: target.id, port: input } });
        } else if (under === undefined && env.canvas.current) {
          env.ui.setState({
            quickAdd: {
              screen,
              flow: env.canvas.current.toFlow(screen),
              wire: { side: forward ? 'from' : 'to', ...from },
            },
          });
        }
      },

      onReconnectStart: (_: unknown, edge: FlowEdge) => {
        held.current = edge.id;
      },

      onReconnect: (old: FlowEdge, connection: Connection) => {
        store.getState().edit({
          label: 'Reconnect wire',
          changes: [{ type: 'reconnect', edgeId: old.id, ...endsOf(connection) }],
        });
        held.current = undefined;
      },

      onReconnectEnd: (event: MouseEvent | TouchEvent, edge: FlowEdge) => {
        // Dropped in the empty: the wire is gone, as in every such editor.
        if (held.current === edge.id && itemAt(pointOf(event)) === undefined) {
          store.getState().edit({ label: 'Delete wire', changes: [{ type: 'remove', items: { edges: [edge.id] } }] });
        }
        held.current = undefined;
      },
    };
  }, [env, document]);
}
