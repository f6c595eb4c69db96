import type { RedFlow, RedNode } from './document.ts';

export interface RedArrival {
  from: string;
  /** -1: when the node fails. */
  output: number;
}

export interface RedOrder {
  ids: string[];
  arrivals: ReadonlyMap<string, RedArrival[]>;
  back: { from: string; to: string }[];
}

const STARTS: ReadonlySet<string> = new Set(['inject', 'http in']);
/** Begin a flow on their own and have no counterpart: what they give comes as inputs. */
const OTHER_STARTS: ReadonlySet<string> = new Set([
  'mqtt in',
  'websocket in',
  'tcp in',
  'udp in',
  'watch',
  'status',
  'complete',
  'e-mail in',
  'link in',
]);

export function isRedStart(type: string): boolean {
  return STARTS.has(type) || OTHER_STARTS.has(type);
}

/** Steps that can fail on account of the world or of their data; what is caught are their failures. */
const CANNOT_FAIL: ReadonlySet<string> = new Set([
  'inject',
  'http in',
  'debug',
  'catch',
  'comment',
  'junction',
  'link in',
  'link out',
  'switch',
  'split',
  'join',
  'delay',
  'http response',
]);

/** Depth-first like the run: what can run before a node stands before it. */
export function orderRed(flow: RedFlow, roots: readonly RedNode[]): RedOrder {
  const byId = new Map(flow.nodes.map((node) => [node.id, node]));
  const wires = wiresOf(flow, byId);
  const state = new Map<string, 'open' | 'done'>();
  const finished: string[] = [];
  const back: { from: string; to: string }[] = [];
  const backKeys = new Set<string>();
  for (const start of [...roots].reverse().concat(flow.nodes)) {
    if (state.has(start.id)) continue;
    const path: { id: string; ends: { to: string; output: number }[]; next: number }[] = [];
    const open = (id: string) => {
      state.set(id, 'open');
      path.push({ id, ends: [...(wires.get(id) ?? [])].reverse(), next: 0 });
    };
    open(start.id);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.ends[top.next++];
      if (!next) {
        state.set(top.id, 'done');
        finished.push(top.id);
        path.pop();
      } else if (state.get(next.to) === 'open') {
        back.push({ from: top.id, to: next.to });
        backKeys.add(`${top.id}\n${next.output}\n${next.to}`);
      } else if (!state.has(next.to)) open(next.to);
    }
  }
  const arrivals = new Map<string, RedArrival[]>();
  for (const [from, ends] of wires)
    for (const { to, output } of ends)
      if (!backKeys.has(`${from}\n${output}\n${to}`)) arrivals.set(to, [...(arrivals.get(to) ?? []), { from, output }]);
  return { ids: finished.reverse(), arrivals, back };
}

/** Wires, links of link nodes, and the way from what fails to what catches it. */
function wiresOf(flow: RedFlow, byId: ReadonlyMap<string, RedNode>): Map<string, { to: string; output: number }[]> {
  const wires = new Map<string, { to: string; output: number }[]>();
  for (const node of flow.nodes) {
    const ends = node.wires.flatMap((list, output) => list.filter((to) => byId.has(to)).map((to) => ({ to, output })));
    if (node.type === 'link out' && Array.isArray(node.links))
      for (const to of node.links as unknown[])
        if (typeof to === 'string' && byId.get(to)?.type === 'link in') ends.push({ to, output: 0 });
    wires.set(node.id, ends);
  }
  for (const node of flow.nodes.filter((one) => one.type === 'catch')) {
    const scope = Array.isArray(node.scope) ? new Set(node.scope as unknown[]) : undefined;
    const behind = reachable(wires, node.id);
    for (const other of flow.nodes)
      if (
        !CANNOT_FAIL.has(other.type) &&
        !isRedStart(other.type) &&
        !behind.has(other.id) &&
        (scope === undefined || scope.has(other.id)) &&
        byId.has(other.id)
      )
        wires.get(other.id)?.push({ to: node.id, output: -1 });
  }
  return wires;
}

function reachable(wires: ReadonlyMap<string, { to: string }[]>, from: string): Set<string> {
  const found = new Set([from]);
  for (const id of found) for (const { to } of wires.get(id) ?? []) found.add(to);
  return found;
}
