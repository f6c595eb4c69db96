import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo } from 'react';
import { useDocument } from '../editor-env.ts';
import type { FrameFlowNode } from '../store/flow.ts';

/** A titled area behind steps. It is moved by its title; the steps in it go along. */
export const FrameView = memo(function FrameView({ data: { frame }, selected }: NodeProps<FrameFlowNode>) {
  const { store } = useDocument();
  return (
    <div className="frame" data-selected={selected} data-testid={`frame-${frame.id}`}>
      <NodeResizer
        isVisible={selected}
        minWidth={160}
        minHeight={96}
        onResizeEnd={(_, { x, y, width, height }) =>
          store.getState().edit({
            label: 'Resize frame',
            changes: [
              {
                type: 'setFrame',
                frameId: frame.id,
                frame: { position: { x, y }, size: { width, height } },
              },
            ],
          })
        }
      />
      <input
        className="frame-title nodrag"
        aria-label="Title of the frame"
        placeholder="Frame"
        value={frame.title}
        onChange={(event) =>
          store.getState().edit({
            label: 'Frame title',
            group: `frame:${frame.id}`,
            changes: [{ type: 'setFrame', frameId: frame.id, frame: { title: event.target.value } }],
          })
        }
      />
    </div>
  );
});
