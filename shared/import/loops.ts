import { commonScope, type Draft, type DraftScope, type Exit, leaveUntil } from './draft.ts';
import { asList, type Converted, firstThatRan, type Flow, ifThere, neverBoth, NOTHING } from './flow.ts';

export interface Loop {
  /** Nodes whose items are what the loop goes over. */
  origins: ReadonlySet<string>;
  ways: Converted['ways'];
}

export interface Incoming {
  node: string;
  converted: Converted;
  output: number;
}

export interface Entrance {
  scope: DraftScope;
  exits: Exit[];
  flow: Flow;
  ways: Map<string, string>;
  origins: Set<string>;
}

/** What loops and joins of one workflow need to know. */
export interface LoopBook {
  draft: Draft;
  loops: Map<DraftScope, Loop>;
  /** Names of nodes that hand on the very items of others. */
  origins: Map<string, Set<string>>;
  successors(node: string): number;
  collected: Map<string, Flow>;
  /** Flows with known members, by their expression. */
  shapes: Map<string, Flow>;
}

/** Brings what arrives at a node together in one scope, with one expression for its items. */
export function enter(
  book: LoopBook,
  incoming: readonly Incoming[],
  name: string,
  reads: 'item' | 'list' | 'any',
): Entrance {
  const { draft } = book;
  let scope = incoming
    .map(({ converted, output }) => converted.outputs[output]?.exit.scope ?? draft.root)
    .reduce((a, b) => commonScope(a, b));
  if (reads === 'list') while (scope.isAutomatic && scope.parent) scope = scope.parent;
  const arriving = incoming.map((one) => {
    const out = one.converted.outputs[one.output];
    const exit = out?.exit ?? { step: '', port: 'out', scope };
    return {
      exit: leaveUntil(exit, scope),
      flow: exit.scope === scope ? (out?.flow ?? NOTHING) : collect(book, one, scope),
      ways: waysTo(book, one, scope),
    };
  });
  const ways = new Map(
    [...(arriving[0]?.ways ?? [])].filter(([key, port]) => arriving.every((one) => one.ways.get(key) === port)),
  );
  const origins = new Set(incoming.flatMap((one) => [...(book.origins.get(one.node) ?? [one.node])]));
  const flows = arriving.map((one) => one.flow);
  const exclusive = arriving.every((one, i) => arriving.slice(i + 1).every((other) => neverBoth(one.ways, other.ways)));
  if (new Set(flows.map((flow) => flow.kind + flow.expression)).size <= 1 || (exclusive && canBeJoined(flows)))
    return { scope, exits: arriving.map((one) => one.exit), flow: firstThatRan(flows), ways, origins };
  return { scope, ways, origins, ...throughVariable(book, arriving, scope, name) };
}

function canBeJoined(flows: readonly Flow[]): boolean {
  return flows.every(
    (flow) =>
      flow.kind === flows[0]?.kind && /^steps\.\w+\.output/.test(flow.expression) && ifThere(flow.expression) !== '',
  );
}

/** Several wires with different data: each writes the data to one variable before it goes on. */
function throughVariable(
  book: LoopBook,
  arriving: readonly { exit: Exit; flow: Flow }[],
  scope: DraftScope,
  name: string,
) {
  const kind = arriving.every(({ flow }) => flow.kind === arriving[0]?.flow.kind)
    ? (arriving[0]?.flow.kind ?? 'one')
    : 'list';
  const variable = book.draft.addVariable({
    name: book.draft.variableName(`${name} in`),
    description: `What arrives at "${name}", whichever way it comes.`.slice(0, 2000),
  });
  const exits = arriving.map(({ exit, flow }): Exit => {
    const near = book.draft.step(exit.step)?.position ?? { x: 0, y: 0 };
    const step = book.draft.addStep({
      type: 'data.setVariable',
      name: `Hand on to ${name}`,
      position: { x: near.x + 140, y: near.y + 140 },
      params: { name: variable, value: `\${${kind === 'list' ? asList(flow) : flow.expression}}` },
    });
    book.draft.connect(exit, step, scope);
    return { step, port: 'out', scope };
  });
  return { exits, flow: { kind, expression: `vars.${variable}` } satisfies Flow };
}

function waysTo(book: LoopBook, { node, converted, output }: Incoming, scope: DraftScope): Map<string, string> {
  const exit = converted.outputs[output]?.exit;
  const ways = new Map(converted.ways);
  if (exit && converted.isBranching) ways.set(node, exit.port);
  // Whatever happens in a loop, what stands behind it is reached once.
  for (let at = exit?.scope; at && at !== scope; at = at.parent) {
    const outside = book.loops.get(at)?.ways;
    for (const key of [...ways.keys()]) if (outside && !outside.has(key)) ways.delete(key);
  }
  return ways;
}

/** What a node handed on in all passes of the loops around it, as one list. */
export function collect(book: LoopBook, { node, converted, output }: Incoming, scope: DraftScope): Flow {
  const key = JSON.stringify([node, output, scopeKey(scope)]);
  const known = book.collected.get(key);
  if (known) return known;
  const out = converted.outputs[output];
  if (!out) return NOTHING;
  let { exit, flow } = out;
  const outer = (at: DraftScope) => book.loops.get(at)?.ways.size ?? 0;
  let isConditional = converted.ways.size + (converted.isBranching ? 1 : 0) > outer(exit.scope);
  let isShared = book.successors(node) > 1;
  while (exit.scope !== scope && exit.scope.parent) {
    const results = `steps.${exit.scope.owner}.output.results`;
    const own = `steps.${exit.step}.output`;
    const rest = flow.expression.startsWith(own) ? flow.expression.slice(own.length) : undefined;
    let list: string;
    if (rest !== undefined && /^[.\w]*$/.test(rest) && !isConditional && !isShared) {
      list = rest === '' ? results : `${results}.map((one) => one${rest})`;
    } else {
      keep(book.draft, exit, flow);
      list = `${results}.filter((one) => has(one ?? {}, 'value') && has(one.value ?? {}, 'kept')).map((one) => one.value.kept)`;
    }
    const { parent } = exit.scope;
    isConditional = outer(exit.scope) > outer(parent);
    isShared = true;
    exit = { step: exit.scope.owner, port: 'out', scope: parent };
    flow = { kind: 'list', expression: flow.kind === 'list' ? `${list}.flat()` : list };
  }
  book.collected.set(key, flow);
  return flow;
}

function scopeKey(scope: DraftScope): string {
  return scope.owner;
}

/** The last step of a pass: what it gives is what the loop remembers of the pass. */
function keep(draft: Draft, exit: Exit, flow: Flow): void {
  const near = draft.step(exit.step)?.position ?? { x: 0, y: 0 };
  const step = draft.addStep({
    type: 'data.set',
    name: 'Keep for later',
    position: { x: near.x + 280, y: near.y + 140 },
    params: { fields: { kept: `\${${flow.expression}}` } },
  });
  draft.connect(exit, step, exit.scope);
}
