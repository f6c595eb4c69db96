import { listAt, recordAt, textAt } from '../json.ts';
import { memberOf, quoted } from '../literal-text.ts';
import type { N8nNode } from './document.ts';
import { asList, neverBoth } from '../flow.ts';
import { collect, enter, type Incoming } from '../loops.ts';
import { openReading, type ReadingNotes } from './reading.ts';
import { stepPolicy } from './step-policy.ts';
import { positionOf, report, type Walk } from './walk.ts';
import { commonScope } from '../draft.ts';

/**
 * Brings branches together. A branch runs to its end before the next one begins, so the step is wired to the branch that comes last and
 * reads what the others gave.
 */
export function mergeInto(walk: Walk, node: N8nNode, incoming: readonly (Incoming & { input: number })[]): void {
  const { draft, book } = walk;
  const sorted = [...incoming].sort((a, b) => orderOf(walk, a.node) - orderOf(walk, b.node));
  const exclusive =
    sorted.length > 1 &&
    sorted.every((one, i) => sorted.slice(i + 1).every((other) => neverBoth(wayOf(one), wayOf(other))));
  const last = sorted.at(-1);
  const wired = exclusive || !last ? sorted : [last];
  const scope = sorted
    .map((one) => one.converted.outputs[one.output]?.exit.scope ?? draft.root)
    .reduce((a, b) => {
      const common = commonScope(a, b);
      return common;
    }, sorted[0]?.converted.outputs[sorted[0].output]?.exit.scope ?? draft.root);
  let target = scope;
  while (target.isAutomatic && target.parent && !exclusive) target = target.parent;
  const entrance =
    wired.length === 0
      ? {
          scope: draft.root,
          exits: [],
          flow: { kind: 'one' as const, expression: '({})' },
          ways: new Map<string, string>(),
          origins: new Set<string>(),
        }
      : enter({ ...book }, wired, node.name, exclusive ? 'any' : 'list');
  if (entrance.scope !== target && !exclusive) {
    while (entrance.scope !== target && entrance.scope.parent) entrance.scope = entrance.scope.parent;
  }
  const lists: string[] = [];
  for (const one of sorted) {
    const out = one.converted.outputs[one.output];
    if (!out) continue;
    const list = asList(out.exit.scope === entrance.scope ? out.flow : collect(book, one, entrance.scope));
    const before = lists[one.input];
    lists[one.input] = before === undefined ? list : `[...${before}, ...${list}]`;
  }
  const { notes } = openReading(walk, node, entrance, [entrance.flow]);
  const items = exclusive
    ? asList(entrance.flow)
    : combined(
        node,
        lists.filter((list) => list !== undefined),
        notes,
      );
  if (!exclusive && sorted.some((one) => [...wayOf(one).keys()].length > entrance.ways.size))
    notes.add(
      'Some of the branches only run under a condition. The step waits for the last of them; when that one does not run, it does not run either.',
    );
  const step = draft.addStep({
    type: 'data.list',
    name: node.name,
    position: positionOf(walk, node),
    params: { operation: 'create', items: `\${${items}}` },
    ...stepPolicy(node, 'data.list', notes),
    ...(notes.inStep.length > 0 && { notes: notes.inStep.join('\n\n') }),
  });
  for (const exit of entrance.exits) draft.connect(exit, step, entrance.scope);
  const isSingle = exclusive && entrance.flow.kind !== 'list';
  const flow = isSingle
    ? { kind: 'one' as const, expression: `steps.${step}.output.result[0]` }
    : { kind: 'list' as const, expression: `steps.${step}.output.result` };
  walk.converted.set(node.name, {
    steps: [step],
    outputs: [{ exit: { step, port: 'out', scope: entrance.scope }, flow }],
    isBranching: false,
    scope: entrance.scope,
    ways: entrance.ways,
  });
  walk.book.origins.set(node.name, new Set([node.name]));
  report(walk, node, notes.outcome, [step], notes.texts);
}

function wayOf({ node, converted, output }: Incoming): Map<string, string> {
  const ways = new Map(converted.ways);
  if (converted.isBranching) ways.set(node, converted.outputs[output]?.exit.port ?? '');
  return ways;
}

function orderOf(walk: Walk, name: string): number {
  return walk.order.names.indexOf(name);
}

/** The list that the mode of the node makes of its inputs, as an expression. */
function combined(node: N8nNode, lists: readonly string[], notes: ReadingNotes): string {
  const params = node.parameters ?? {};
  const [a = '[]', b = '[]'] = lists;
  const mode = textAt(params, 'mode') || 'append';
  const by = textAt(params, 'combineBy') || textAt(params, 'combinationMode') || 'combineByFields';
  if (mode === 'append') return lists.length === 1 ? a : `[${lists.map((list) => `...${list}`).join(', ')}]`;
  if (mode === 'chooseBranch' || mode === 'passThrough')
    return textAt(params, 'output') === 'input2' || textAt(params, 'useDataOfInput') === '2' ? b : a;
  if (mode === 'mergeByIndex' || by === 'combineByPosition' || by === 'mergeByPosition')
    return `zip(${a}, ${b}).map(([left, right]) => merge(left, right))`;
  if (mode === 'multiplex' || by === 'combineAll' || by === 'multiplex')
    return `${a}.map((left) => ${b}.map((right) => merge(left, right))).flat()`;
  const fields = fieldPairs(node);
  const [field] = fields;
  if (field && fields.length === 1 && ['combine', 'mergeByKey'].includes(mode)) {
    const join = textAt(params, 'joinMode') || 'keepMatches';
    const same = (list: string) =>
      `${list}.find((right) => right${memberOf(field.right)} === left${memberOf(field.left)})`;
    const other = `{}`;
    if (join === 'enrichInput1' || mode === 'mergeByKey')
      return `${a}.map((left) => merge(left, ${same(b)} ?? ${other}))`;
    if (join === 'keepMatches')
      return `${a}.filter((left) => ${b}.some((right) => right${memberOf(field.right)} === left${memberOf(field.left)})).map((left) => merge(left, ${same(b)} ?? ${other}))`;
    if (join === 'keepNonMatches' && textAt(params, 'outputDataFrom') === 'input1')
      return `${a}.filter((left) => !${b}.some((right) => right${memberOf(field.right)} === left${memberOf(field.left)}))`;
  }
  notes.add(
    `The way of merging (${quoted(mode)}) has no counterpart; the items stand one after the other. "Join tables" can do more.`,
  );
  return `[${lists.map((list) => `...${list}`).join(', ')}]`;
}

function fieldPairs(node: N8nNode): { left: string; right: string }[] {
  const params = node.parameters ?? {};
  const simple = textAt(params, 'fieldsToMatchString');
  if (simple !== '') return simple.split(',').map((name) => ({ left: name.trim(), right: name.trim() }));
  const pairs = [...listAt(params, 'mergeByFields', 'values'), ...listAt(params, 'fieldsToMatch', 'values')];
  const read = pairs.map((pair) => ({
    left: textAt(recordAt(pair), 'field1'),
    right: textAt(recordAt(pair), 'field2'),
  }));
  if (textAt(params, 'propertyName1') !== '')
    read.push({ left: textAt(params, 'propertyName1'), right: textAt(params, 'propertyName2') });
  return read.filter(
    (pair) => pair.left !== '' && pair.right !== '' && !pair.left.startsWith('=') && !pair.right.startsWith('='),
  );
}
