import { type CatalogIndex, SCHEMA_VERSION, type Workflow } from '@casare/shared';
import { randomPart } from '../edits/new-node.ts';

/** A workflow with its Start, ready for the first step. */
export function newWorkflow(name: string, catalog: CatalogIndex): Workflow {
  const start = [...catalog.values()].find((descriptor) => descriptor.inputs.length === 0);
  return {
    schemaVersion: SCHEMA_VERSION,
    id: `wf_${randomPart(16)}`,
    name,
    description: '',
    nodes: start
      ? [
          {
            id: 'start',
            type: start.type,
            version: start.version,
            name: start.title,
            position: { x: 80, y: 160 },
            params: {},
          },
        ]
      : [],
    edges: [],
    variables: [],
    inputs: [],
    outputs: [],
    requires: { capabilities: [], tags: [] },
    settings: {},
    frames: [],
    notes: [],
  };
}
