import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo } from 'react';
import { useDocument } from '../editor-env.ts';
import type { NoteFlowNode } from '../store/flow.ts';

/** A note on the canvas, written in place. */
export const NoteView = memo(function NoteView({ data: { note }, selected }: NodeProps<NoteFlowNode>) {
  const { store } = useDocument();
  return (
    <div className="note" data-testid={`note-${note.id}`}>
      <NodeResizer
        isVisible={selected}
        minWidth={120}
        minHeight={64}
        onResizeEnd={(_, { x, y, width, height }) =>
          store.getState().edit({
            label: 'Resize note',
            changes: [{ type: 'setNote', noteId: note.id, note: { position: { x, y }, size: { width, height } } }],
          })
        }
      />
      <div className="note-grip" title="Drag to move" />
      <textarea
        className="nodrag nowheel note-text"
        aria-label="Note"
        placeholder="Write a note"
        value={note.text}
        onChange={(event) =>
          store.getState().edit({
            label: 'Edit note',
            group: `note:${note.id}`,
            changes: [{ type: 'setNote', noteId: note.id, note: { text: event.target.value } }],
          })
        }
      />
    </div>
  );
});
