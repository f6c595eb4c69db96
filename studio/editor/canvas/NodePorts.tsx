import type { Port, PortKind } from '@casare/shared';
import { Handle, Position } from '@xyflow/react';
import { NODE_WIDTH, portOffset } from './node-size.ts';

const KIND_WORDS: Record<PortKind, string> = {
  flow: 'goes on here',
  body: 'the steps inside: the body ends where its wire ends',
  error: 'taken when the step fails',
};

/** Shape and colour of a port say its kind; the words are in its tooltip and its accessible name. */
function portWords(port: Port): string {
  return `${port.title}: ${port.description ?? KIND_WORDS[port.kind]}`;
}

export function NodePorts({
  nodeId,
  inputs,
  outputs,
}: {
  nodeId: string;
  inputs: readonly Port[];
  outputs: readonly Port[];
}) {
  const main = outputs.filter((port) => port.kind !== 'error');
  const error = outputs.find((port) => port.kind === 'error');
  return (
    <>
      {inputs.map((port) => (
        <Handle
          key={port.id}
          id={port.id}
          role="img"
          type="target"
          position={Position.Left}
          style={{ top: portOffset(0) }}
          className="port port-in"
          title={`${port.title}: wires end here`}
          aria-label="Input of the step"
          data-testid={`port-${nodeId}-${port.id}`}
        />
      ))}
      {main.map((port, i) => (
        <Handle
          key={port.id}
          id={port.id}
          role="img"
          type="source"
          position={Position.Right}
          style={{ top: portOffset(i) }}
          className={`port port-${port.kind}`}
          title={portWords(port)}
          aria-label={portWords(port)}
          data-testid={`port-${nodeId}-${port.id}`}
        />
      ))}
      {error && (
        <Handle
          id={error.id}
          role="img"
          type="source"
          position={Position.Bottom}
          style={{ left: NODE_WIDTH - 28 }}
          className="port port-error"
          title={portWords(error)}
          aria-label={portWords(error)}
          data-testid={`port-${nodeId}-${error.id}`}
        />
      )}
    </>
  );
}
