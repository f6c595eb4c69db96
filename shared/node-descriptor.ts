import { z } from 'zod';

/**
 * What repeating a step does to the world, hence what a resumed run may do with it:
 * `pure` – nothing outside; `idempotent` – the same again is harmless; `keyed` – the target refuses a repeat because the node sends
 * `ctx.effectKey`; `once` – must never happen twice (send, pay, submit); `ask` – only the author knows, decided by the step's `onInDoubt`.
 */
export const effectSchema = z.enum(['pure', 'idempotent', 'keyed', 'once', 'ask']);
export type Effect = z.infer<typeof effectSchema>;

/** `flow` carries on in the same scope; `body` opens a scope that ends where its wire ends; `error` is taken when the node failed. */
export const portKindSchema = z.enum(['flow', 'body', 'error']);
export type PortKind = z.infer<typeof portKindSchema>;

export const portSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: portKindSchema,
  description: z.string().optional(),
});
export type Port = z.infer<typeof portSchema>;

export const nodeCategorySchema = z.enum([
  'control',
  'data',
  'text',
  'dates',
  'math',
  'files',
  'documents',
  'http',
  'browser',
  'desktop',
  'database',
  'mail',
  'transfer',
  'ai',
  'messaging',
  'people',
  'system',
  'code',
  'workflow',
]);
export type NodeCategory = z.infer<typeof nodeCategorySchema>;

export const nodeDescriptorSchema = z.strictObject({
  type: z.string(),
  version: z.int(),
  title: z.string(),
  category: nodeCategorySchema,
  /** Name of a lucide icon in kebab case. */
  icon: z.string(),
  description: z.string(),
  /** Further words a person may search for. */
  synonyms: z.array(z.string()),
  /** One incoming port `in`, except for starts, which have none. */
  inputs: z.array(portSchema),
  /** Fixed outgoing ports; the port `error` is implied for every node that can fail. */
  outputs: z.array(portSchema),
  /** Ports that follow from a parameter, e.g. one per case of a switch. */
  dynamicOutputs: z
    .strictObject({
      /** Parameter: a number n → ports `${prefix}1`…n; a list → one port per item, id = the item's `idKey` (or the item itself). */
      param: z.string(),
      prefix: z.string(),
      kind: portKindSchema,
      idKey: z.string().optional(),
    })
    .optional(),
  /** JSON Schema of the parameters with titles, defaults and form hints (`x-widget`, `x-raw`, `unit`, `placeholder`). */
  params: z.record(z.string(), z.unknown()),
  /** JSON Schema of `steps.<id>.output`. */
  output: z.record(z.string(), z.unknown()),
  /** What a robot must offer, e.g. `browser`. */
  capabilities: z.array(z.string()),
  effect: effectSchema,
  /** Set for containers: how the engine runs the scopes behind the body ports. */
  container: z.enum(['forEach', 'while', 'repeat', 'parallel', 'try', 'retry']).optional(),
  /** The third-party pack it comes from; absent for what comes with the product. */
  pack: z.strictObject({ name: z.string().max(214), version: z.string().max(100) }).optional(),
});
/** One node type as the studio and the orchestrator know it. */
export type NodeDescriptor = z.infer<typeof nodeDescriptorSchema>;

export interface Catalog {
  nodes: readonly NodeDescriptor[];
}

export type CatalogIndex = ReadonlyMap<string, NodeDescriptor>;

export function indexCatalog(catalog: Catalog): CatalogIndex {
  return new Map(catalog.nodes.map((node) => [node.type, node]));
}

/** Outgoing ports of a node with these parameters, the implied `error` port last. */
export function outputPorts(descriptor: NodeDescriptor, params: Readonly<Record<string, unknown>>): Port[] {
  const ports = [...descriptor.outputs];
  const dynamic = descriptor.dynamicOutputs;
  if (dynamic) {
    const value = params[dynamic.param] ?? defaultOf(descriptor, dynamic.param);
    if (typeof value === 'number') {
      for (let i = 1; i <= Math.min(value, 64); i++)
        ports.push({ id: `${dynamic.prefix}${i}`, title: `${i}`, kind: dynamic.kind });
    } else if (Array.isArray(value)) {
      value.slice(0, 64).forEach((item: unknown, i) => {
        const named =
          dynamic.idKey && item !== null && typeof item === 'object'
            ? (item as Record<string, unknown>)[dynamic.idKey]
            : item;
        const id = typeof named === 'string' && named !== '' ? named : `${dynamic.prefix}${i + 1}`;
        ports.push({ id, title: id, kind: dynamic.kind });
      });
    }
  }
  if (canFail(descriptor) && !ports.some((port) => port.kind === 'error'))
    ports.push({ id: 'error', title: 'Error', kind: 'error' });
  return ports;
}

/** Nodes without inputs (starts) and jumps (no outputs at all) have no error port. */
function canFail(descriptor: NodeDescriptor): boolean {
  return descriptor.inputs.length > 0 && (descriptor.outputs.length > 0 || descriptor.dynamicOutputs !== undefined);
}

function defaultOf(descriptor: NodeDescriptor, param: string): unknown {
  const properties = descriptor.params.properties as Record<string, { default?: unknown }> | undefined;
  return properties?.[param]?.default;
}
