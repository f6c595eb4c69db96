import { z } from 'zod';
import { isRecord } from '../json.ts';

const anyRecord = z.record(z.string(), z.unknown());
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const nodeSchema = z.looseObject({
  id: lenient(z.string()),
  name: z.string().min(1),
  type: z.string().min(1),
  typeVersion: lenient(z.number()),
  position: lenient(z.tuple([z.number(), z.number()])),
  parameters: lenient(anyRecord),
  credentials: lenient(anyRecord),
  disabled: lenient(z.boolean()),
  notes: lenient(z.string()),
  continueOnFail: lenient(z.boolean()),
  onError: lenient(z.string()),
  retryOnFail: lenient(z.boolean()),
  maxTries: lenient(z.number()),
  waitBetweenTries: lenient(z.number()),
  executeOnce: lenient(z.boolean()),
});
/** A node of n8n; members that are not known here are kept. */
export type N8nNode = z.infer<typeof nodeSchema>;

export interface N8nLink {
  to: string;
  input: number;
}

/** A workflow of n8n as far as it can be read. */
export interface N8nDocument {
  id: string;
  name: string;
  nodes: N8nNode[];
  /** By name of the node: for each output the links of the kind `main`. */
  links: ReadonlyMap<string, N8nLink[][]>;
  /** Nodes that lend something to another one, such as a model to an agent: by name of that other one. */
  lent: ReadonlyMap<string, { kind: string; name: string }[]>;
  pinned: Record<string, unknown>;
  zone: string;
}

/** Whether it looks like an export of n8n: nodes and connections, in an object or in the first of a list. */
export function isN8n(json: unknown): boolean {
  return isRecord(json) && Array.isArray(json.nodes) && isRecord(json.connections) && !('schemaVersion' in json);
}

/** Node names are unique in n8n; where a damaged document repeats one, the first counts for wires. */
export function readN8n(json: Record<string, unknown>): { document: N8nDocument; unreadable: number } {
  const entries = Array.isArray(json.nodes) ? json.nodes.slice(0, 5000) : [];
  const nodes = entries.flatMap((entry: unknown) => {
    const parsed = nodeSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  const settings = isRecord(json.settings) ? json.settings : {};
  const { links, lent } = readConnections(json.connections, new Set(nodes.map((node) => node.name)));
  return {
    unreadable: entries.length - nodes.length,
    document: {
      id: typeof json.id === 'string' || typeof json.id === 'number' ? String(json.id) : '',
      name: typeof json.name === 'string' && json.name.trim() !== '' ? json.name : 'Imported workflow',
      nodes,
      links,
      lent,
      pinned: isRecord(json.pinData) ? json.pinData : {},
      zone:
        typeof settings.timezone === 'string' && /^[A-Za-z]+(\/[\w+-]+)*$/.test(settings.timezone)
          ? settings.timezone
          : '',
    },
  };
}

function readConnections(connections: unknown, names: ReadonlySet<string>) {
  const links = new Map<string, N8nLink[][]>();
  const lent = new Map<string, { kind: string; name: string }[]>();
  for (const [from, kinds] of Object.entries(isRecord(connections) ? connections : {})) {
    if (!names.has(from) || !isRecord(kinds)) continue;
    for (const [kind, outputs] of Object.entries(kinds)) {
      const read = (Array.isArray(outputs) ? outputs.slice(0, 100) : []).map((ends: unknown) =>
        (Array.isArray(ends) ? ends.slice(0, 500) : []).flatMap((end: unknown): N8nLink[] => {
          if (!isRecord(end) || typeof end.node !== 'string' || !names.has(end.node)) return [];
          const input = typeof end.index === 'number' && end.index >= 0 && end.index < 100 ? Math.floor(end.index) : 0;
          return [{ to: end.node, input }];
        }),
      );
      if (kind === 'main') links.set(from, read);
      else for (const { to } of read.flat()) lent.set(to, [...(lent.get(to) ?? []), { kind, name: from }]);
    }
  }
  return { links, lent };
}
