import { z } from 'zod';
import { isRecord, type JsonRecord } from '../json.ts';

const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const nodeSchema = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1),
  z: lenient(z.string()),
  name: lenient(z.string()),
  label: lenient(z.string()),
  x: lenient(z.number()),
  y: lenient(z.number()),
  d: lenient(z.boolean()),
});
/** A node of Node-RED; what belongs to its type is kept beside what is read here. */
export type RedNode = z.infer<typeof nodeSchema> & { wires: string[][] };

/** One tab or subflow: becomes one workflow. */
export interface RedFlow {
  id: string;
  name: string;
  info: string;
  nodes: RedNode[];
  /** Of a subflow: which nodes its input leads to, and which node and output lead out of it. */
  subflow?: { entries: string[]; exits: { node: string; output: number }[] };
}

export interface RedDocument {
  flows: RedFlow[];
  /** Configuration such as brokers and accounts, by id. */
  configs: ReadonlyMap<string, RedNode>;
  unreadable: number;
}

/** Whether it looks like an export of Node-RED: a list of nodes with id and type, at least one of them on a tab. */
export function isNodeRed(json: unknown): boolean {
  const list = nodeList(json);
  return (
    list !== undefined &&
    list.some(
      (node) =>
        isRecord(node) &&
        typeof node.type === 'string' &&
        typeof node.id === 'string' &&
        (node.type === 'tab' || typeof node.z === 'string'),
    )
  );
}

function nodeList(json: unknown): unknown[] | undefined {
  if (Array.isArray(json)) return json;
  return isRecord(json) && Array.isArray(json.flows) ? json.flows : undefined;
}

export function readNodeRed(json: unknown): RedDocument {
  const entries = (nodeList(json) ?? []).slice(0, 10_000);
  const seen = new Set<string>();
  const nodes = entries.flatMap((entry): RedNode[] => {
    const parsed = nodeSchema.safeParse(entry);
    if (!parsed.success || seen.has(parsed.data.id)) return [];
    seen.add(parsed.data.id);
    return [{ ...parsed.data, wires: wiresOf(parsed.data.wires) }];
  });
  const owners = nodes.filter((node) => node.type === 'tab' || node.type === 'subflow');
  const known = new Set(owners.map((node) => node.id));
  const isPlaced = (node: RedNode) => node.z !== undefined && node.type !== 'tab' && node.type !== 'subflow';
  const flows = owners.map(
    (owner): RedFlow => ({
      id: owner.id,
      name: textOr(owner.label ?? owner.name, owner.type === 'tab' ? 'Flow' : 'Subflow'),
      info: typeof owner.info === 'string' ? owner.info : '',
      nodes: nodes.filter((node) => isPlaced(node) && node.z === owner.id),
      ...(owner.type === 'subflow' && { subflow: subflowEnds(owner) }),
    }),
  );
  const stray = nodes.filter((node) => isPlaced(node) && !known.has(node.z ?? ''));
  if (stray.length > 0) flows.push({ id: 'stray', name: 'Flow', info: '', nodes: stray });
  const configs = new Map(
    nodes.filter((node) => node.z === undefined && !known.has(node.id)).map((node) => [node.id, node]),
  );
  return { flows, configs, unreadable: entries.length - nodes.length };
}

function textOr(text: string | undefined, fallback: string): string {
  return text === undefined || text.trim() === '' ? fallback : text;
}

function wiresOf(wires: unknown): string[][] {
  return (Array.isArray(wires) ? wires.slice(0, 100) : []).map((ends: unknown) =>
    (Array.isArray(ends) ? ends.slice(0, 500) : []).filter((end): end is string => typeof end === 'string'),
  );
}

function subflowEnds(owner: JsonRecord): NonNullable<RedFlow['subflow']> {
  const ends = (list: unknown) =>
    (Array.isArray(list) ? list : []).flatMap((end: unknown) =>
      isRecord(end) && Array.isArray(end.wires) ? (end.wires as unknown[]).filter(isRecord) : [],
    );
  return {
    entries: ends(owner.in).flatMap((wire) => (typeof wire.id === 'string' ? [wire.id] : [])),
    exits: ends(owner.out).flatMap((wire) =>
      typeof wire.id === 'string' ? [{ node: wire.id, output: typeof wire.port === 'number' ? wire.port : 0 }] : [],
    ),
  };
}
