import { BaseEdge, type EdgeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import type { FlowEdge } from '../store/flow.ts';
import { classNames } from '../../ui/class-names.ts';
import { wirePath } from './wire-path.ts';

/** A wire. Wires out of an error port leave downwards and are dashed, so that no colour is needed to tell them. */
export const EdgeView = memo(function EdgeView(props: EdgeProps<FlowEdge>) {
  const { id, sourcePosition, selected } = props;
  const isError = sourcePosition === Position.Bottom;
  return (
    <BaseEdge
      id={id}
      path={wirePath(props)}
      interactionWidth={22}
      className={classNames('wire', isError && 'wire-error', selected && 'wire-selected')}
      data-testid={`wire-${id}`}
    />
  );
});
