import type { NodeDescriptor } from '@casare/shared';
import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { addNode, addOnWire } from '../edits/add-node.ts';
import { type QuickAdd as Request, useDocument, useEditorEnv } from '../editor-env.ts';
import { FIRST_PORT, NODE_WIDTH } from './node-size.ts';
import { NodePicker } from './NodePicker.tsx';

const WIDTH = 360;
const HEIGHT = 380;
const FORWARD = { needs: 'input' } as const;
const BACKWARD = { needs: 'output' } as const;

/** Search for a step where the pointer is; a wire that was dropped in the empty is connected to it. */
export function QuickAdd({ request }: { request: Request }) {
  const env = useEditorEnv();
  const { store } = useDocument();
  const popup = useRef<HTMLDivElement>(null);
  const close = () => {
    env.ui.setState({ quickAdd: null });
    env.canvas.current?.focus();
  };
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !popup.current?.contains(event.target)) env.ui.setState({ quickAdd: null });
    };
    window.addEventListener('pointerdown', onPointerDown, true);
    return () => window.removeEventListener('pointerdown', onPointerDown, true);
  }, [env]);
  const pick = (descriptor: NodeDescriptor) => {
    const { document, edit } = store.getState();
    const { wire, flow, edgeId } = request;
    // The port of the new step comes to where the wire was dropped.
    const place = {
      x: wire?.side === 'to' ? flow.x - NODE_WIDTH : wire ? flow.x : flow.x - NODE_WIDTH / 2,
      y: flow.y - FIRST_PORT,
    };
    const added =
      (edgeId && addOnWire(document, env.catalog, descriptor, place, edgeId)) ||
      addNode(document, descriptor, place, wire);
    edit(added.command, [added.nodeId]);
    env.session.noteNodeUsed(descriptor.type);
    env.ui.setState({ quickAdd: null });
    env.canvas.current?.focus(added.nodeId);
  };
  const left = Math.max(8, Math.min(request.screen.x, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(request.screen.y, window.innerHeight - HEIGHT - 8));
  const compatible = request.wire && (request.wire.side === 'from' ? FORWARD : BACKWARD);
  return createPortal(
    <div
      ref={popup}
      role="dialog"
      aria-label="Add a step"
      data-testid="quick-add"
      style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}
      className="fixed z-50 flex flex-col overflow-hidden rounded-lg border border-line-strong bg-surface shadow-pop"
    >
      <NodePicker
        label={request.wire ? 'Add a connected step' : 'Add a step'}
        compatible={compatible || undefined}
        onPick={pick}
        onClose={close}
      />
    </div>,
    window.document.body,
  );
}
