import {
  type CatalogIndex,
  type NodeDescriptor,
  type Workflow,
  type WorkflowNode,
  workflowSchema,
} from '@casare/shared';

/** A workflow from the little that matters to a test: nodes by id and type, wires as `a>b`, `a.port>b`. */
export function workflowOf(
  nodes: Readonly<Record<string, string | (Partial<WorkflowNode> & { type: string })>>,
  wires: readonly string[] = [],
  rest: Partial<Workflow> = {},
): Workflow {
  return workflowSchema.parse({
    schemaVersion: 1,
    id: 'test',
    name: 'Test',
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...(typeof node === 'string' ? { type: node } : node) })),
    edges: wires.map((wire, i) => {
      const [from = '', to = ''] = wire.split('>');
      const [node, port = 'out'] = from.split('.');
      return { id: `e${i}`, from: { node, port }, to: { node: to, port: 'in' } };
    }),
    ...rest,
  });
}

/** A catalog of small node types with the shapes that structure rules look at. */
export const smallCatalog: CatalogIndex = new Map(
  [
    descriptor('start', { inputs: [] }),
    descriptor('step', {
      params: {
        type: 'object',
        properties: {
          text: { type: 'string', title: 'Text', minLength: 1 },
          count: { type: 'integer', title: 'Count', default: 1 },
        },
        required: ['text'],
        additionalProperties: false,
      },
    }),
    descriptor('plain'),
    descriptor('asks', { effect: 'ask' }),
    descriptor('if', { outputs: [flow('true'), flow('false')] }),
    descriptor('loop', { outputs: [{ id: 'body', title: 'Each', kind: 'body' }, flow('out')], container: 'forEach' }),
    descriptor('parallel', {
      outputs: [flow('out')],
      container: 'parallel',
      dynamicOutputs: { param: 'branches', prefix: 'branch', kind: 'body' },
      params: {
        type: 'object',
        properties: { branches: { type: 'integer', default: 2 } },
        additionalProperties: false,
      },
    }),
    descriptor('control.break', { outputs: [] }),
  ].map((node) => [node.type, node]),
);

function flow(id: string): NodeDescriptor['outputs'][number] {
  return { id, title: id, kind: 'flow' };
}

function descriptor(type: string, rest: Partial<NodeDescriptor> = {}): NodeDescriptor {
  return {
    type,
    version: 1,
    title: type,
    category: 'control',
    icon: 'circle',
    description: type,
    synonyms: [],
    inputs: [{ id: 'in', title: 'In', kind: 'flow' }],
    outputs: [flow('out')],
    params: { type: 'object', properties: {}, additionalProperties: false },
    output: {},
    capabilities: [],
    effect: 'pure',
    ...rest,
  };
}
