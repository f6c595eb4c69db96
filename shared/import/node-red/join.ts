import { objectFlow } from '../flow.ts';
import { collect } from '../loops.ts';
import { property, withProperties } from './message.ts';
import { incomingOf, openNotes, placeOf, type RedWalk, reportNode, titleOf } from './walk-flow.ts';
import type { RedNode } from './document.ts';

/** Puts together what a Split took apart: behind its loop, the payloads of all passes as a list, a text or an object. */
export function joinInto(walk: RedWalk, node: RedNode): void {
  const { draft, book } = walk;
  const notes = openNotes();
  const [incoming, ...others] = incomingOf(walk, node);
  const out = incoming?.converted.outputs[incoming.output];
  const scope = out?.exit.scope.parent ?? draft.root;
  if (others.length > 0) notes.partial('Only the first of its wires is joined.');
  const mode = typeof node.mode === 'string' ? node.mode : 'auto';
  const build = mode === 'custom' && typeof node.build === 'string' ? node.build : 'array';
  if (mode === 'reduce' || !['array', 'string', 'object'].includes(build))
    notes.partial(`Joining by "${mode === 'reduce' ? mode : build}" has no counterpart; a list is made.`);
  if (mode === 'custom' && Number(node.count) > 0)
    notes.partial('It waited for a number of messages; here it waits for all passes of the loop.');
  if (!incoming || !out || !out.exit.scope.parent)
    notes.partial('It is not behind a Split: what arrives becomes a list of one.');
  const key = typeof node.key === 'string' && node.key !== '' ? node.key : 'topic';
  const isObject = mode === 'custom' && build === 'object';
  const kept = out && {
    ...out,
    flow: isObject
      ? objectFlow({ key: property(out.flow, key), value: property(out.flow, 'payload') })
      : { kind: 'one' as const, expression: property(out.flow, 'payload') },
  };
  const list =
    incoming && kept && out.exit.scope.parent
      ? collect(
          book,
          { node: `${node.id} ${incoming.node}`, converted: { ...incoming.converted, outputs: [kept] }, output: 0 },
          scope,
        ).expression
      : `[${out ? property(out.flow, 'payload') : ''}]`;
  const joiner = JSON.stringify(
    (typeof node.joiner === 'string' ? node.joiner : '\\n').replaceAll('\\n', '\n').replaceAll('\\t', '\t'),
  );
  const value = isObject
    ? `fromEntries(${list}.map((one) => [String(one.key), one.value]))`
    : mode === 'custom' && build === 'string'
      ? `${list}.join(${joiner})`
      : list;
  const step = draft.addStep({
    type: 'data.set',
    name: titleOf(node),
    position: placeOf(walk, node),
    params: { fields: { payload: `\${${value}}` } },
    ...(notes.inStep.length > 0 && { notes: notes.inStep.join('\n\n') }),
  });
  if (out) draft.connect(out.exit, step, scope);
  const opener = [...book.loops].find(([one]) => one === out?.exit.scope)?.[1];
  const before = [...(opener?.origins ?? [])].map((id) => book.shapes.get(id)).find((flow) => flow !== undefined);
  const message = withProperties(before ?? objectFlow({}), { payload: `steps.${step}.output.value.payload` });
  walk.converted.set(node.id, {
    steps: [step],
    outputs: [{ exit: { step, port: 'out', scope }, flow: message }],
    isBranching: false,
    scope,
    ways: opener?.ways ?? new Map(),
  });
  reportNode(walk, node, notes.outcome, [step], notes.texts);
}
