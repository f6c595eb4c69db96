import { type ConnectionState, useConnection } from '@xyflow/react';
import { createPortal } from 'react-dom';
import { type EditorEnv, useDocument, useEditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { refusalOf } from './use-wiring.ts';

/** Says beside the pointer why the wire in the hand may not end here. */
export function ConnectionRefusal() {
  const env = useEditorEnv();
  const document = useDocument();
  const connection = useConnection();
  const refusal = refusalFor(env, document, connection);
  if (!refusal || !connection.pointer) return null;
  const flowBox = window.document.querySelector('.react-flow')?.getBoundingClientRect();
  const { x, y } = connection.pointer;
  return createPortal(
    <div
      role="status"
      className="refusal"
      style={{ left: (flowBox?.left ?? 0) + x + 14, top: (flowBox?.top ?? 0) + y + 14 }}
    >
      {refusal}
    </div>,
    window.document.body,
  );
}

function refusalFor(env: EditorEnv, document: OpenDocument, connection: ConnectionState): string | undefined {
  const { fromNode, fromHandle, toNode, toHandle, inProgress, isValid } = connection;
  if (!inProgress || isValid !== false || !fromNode || !fromHandle || !toNode || !toHandle) return undefined;
  if (fromHandle.type === toHandle.type)
    return 'A wire leads from a port on the right to the port on the left of a step.';
  const a = { node: fromNode.id, port: fromHandle.id ?? 'out' };
  const b = { node: toNode.id, port: toHandle.id ?? 'in' };
  return refusalOf(env, document, fromHandle.type === 'source' ? { from: a, to: b } : { from: b, to: a });
}
