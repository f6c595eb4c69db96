import { BaseEdge, type EdgeProps, Position } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import type { FlowEdge } from '../store/flow.ts';
import { useEditorState } from '../store/selectors.ts';
import { classNames } from '../../ui/class-names.ts';
import { detourBelow, mayPassSteps } from './detour.ts';
import { wirePath } from './wire-path.ts';

/** A wire. Wires out of an error port leave downwards and are dashed, so that no colour is needed to tell them. */
export const EdgeView = memo(function EdgeView(props: EdgeProps<FlowEdge>) {
  const { id, sourcePosition, selected, sourceX, sourceY, targetX, targetY } = props;
  const { catalog } = useEditorEnv();
  const { store } = useDocument();
  const isError = sourcePosition === Position.Bottom;
  const isLong = !isError && mayPassSteps(props);
  const nodes = useEditorState(store, (state) => (isLong ? state.document.nodes : undefined));
  const below = useMemo(
    () => nodes && detourBelow(nodes, catalog, { sourceX, sourceY, targetX, targetY }),
    [nodes, catalog, sourceX, sourceY, targetX, targetY],
  );
  return (
    <BaseEdge
      id={id}
      path={wirePath(props, below)}
      interactionWidth={22}
      className={classNames('wire', isError && 'wire-error', selected && 'wire-selected')}
      data-testid={`wire-${id}`}
    />
  );
});
