import type { N8nDocument, N8nLink, N8nNode } from './document.ts';

export interface Arrival {
  from: string;
  output: number;
  input: number;
}

export interface NodeOrder {
  /** What can run before a node stands before it; the first branch of a node before its second. */
  names: string[];
  arrivals: ReadonlyMap<string, Arrival[]>;
  /** Links that lead back to a node that is still open: the loops of n8n. */
  back: (Arrival & { to: string })[];
}

/** Depth-first from the roots, without recursion, so that a document of any size and shape is put in order. */
export function orderNodes(
  document: N8nDocument,
  roots: readonly N8nNode[],
  isLastFirst: (name: string) => boolean,
): NodeOrder {
  const state = new Map<string, 'open' | 'done'>();
  const finished: string[] = [];
  const backKeys = new Set<string>();
  const back: (Arrival & { to: string })[] = [];
  // Reversed in the end, so what shall come first is walked last: the last root, the last branch.
  const starts = [...[...roots].reverse(), ...document.nodes].map((node) => node.name);
  for (const start of starts) {
    if (state.has(start)) continue;
    const path: { name: string; links: { link: N8nLink; output: number }[]; next: number }[] = [];
    const open = (name: string) => {
      state.set(name, 'open');
      const links = (document.links.get(name) ?? []).flatMap((ends, output) => ends.map((link) => ({ link, output })));
      path.push({ name, links: isLastFirst(name) ? links : links.reverse(), next: 0 });
    };
    open(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.links[top.next++];
      if (!next) {
        state.set(top.name, 'done');
        finished.push(top.name);
        path.pop();
      } else if (state.get(next.link.to) === 'open') {
        const arrival = { from: top.name, output: next.output, input: next.link.input, to: next.link.to };
        back.push(arrival);
        backKeys.add(keyOf(arrival));
      } else if (!state.has(next.link.to)) open(next.link.to);
    }
  }
  const names = [...finished].reverse();
  return { names, arrivals: arrivalsOf(document, backKeys), back };
}

function keyOf({ from, output, to, input }: Arrival & { to: string }): string {
  return JSON.stringify([from, output, to, input]);
}

function arrivalsOf(document: N8nDocument, backKeys: ReadonlySet<string>): Map<string, Arrival[]> {
  const arrivals = new Map<string, Arrival[]>();
  for (const [from, outputs] of document.links) {
    outputs.forEach((ends, output) => {
      for (const { to, input } of ends) {
        if (backKeys.has(keyOf({ from, output, to, input }))) continue;
        const list = arrivals.get(to);
        if (list) list.push({ from, output, input });
        else arrivals.set(to, [{ from, output, input }]);
      }
    });
  }
  return arrivals;
}
