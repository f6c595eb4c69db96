import { convertNode } from './convert-node.ts';
import { isTrigger } from './converters/triggers.ts';
import type { N8nDocument, N8nNode } from './document.ts';
import { positionOf, report, scaled, shortType, type Walk } from './walk.ts';

/** The nodes a workflow can begin at, the one to begin at by itself first. */
export function triggersOf(document: N8nDocument): N8nNode[] {
  const arrivedAt = new Set([...document.links.values()].flat(2).map((link) => link.to));
  const triggers = document.nodes.filter((node) => isTrigger(shortType(node.type)) && !arrivedAt.has(node.name));
  const rank = (node: N8nNode) => (node.disabled === true ? 2 : shortType(node.type) === 'errorTrigger' ? 1 : 0);
  return triggers.sort((a, b) => rank(a) - rank(b));
}

/** One trigger is the start. Several become a start with a switch, so that whoever starts the workflow says which of them fired. */
export function convertTriggers(walk: Walk, triggers: readonly N8nNode[]): void {
  const [first, ...rest] = triggers;
  if (!first) {
    walk.draft.addStep({ type: 'control.start', name: 'Start', position: scaled([-220, 0]) });
    return;
  }
  if (rest.length === 0 || triggers.every((one) => targetsOf(walk, one) === targetsOf(walk, first))) {
    convertNode(walk, first);
    startBefore(walk, first);
    const start = walk.converted.get(first.name);
    for (const other of rest) {
      if (start) walk.converted.set(other.name, { ...start, ways: new Map() });
      report(walk, other, 'converted', start?.steps ?? [], [
        `It starts the same steps as "${first.name}": set up a schedule or trigger on the fleet for it too.`,
      ]);
    }
    return;
  }
  startWithSwitch(walk, triggers, first);
}

/** What reads mails and the like is a step here, so it needs a start in front of it. */
function startBefore(walk: Walk, trigger: N8nNode): void {
  const { draft } = walk;
  const step = draft.step(walk.converted.get(trigger.name)?.steps[0] ?? '');
  if (!step || step.type === 'control.start') return;
  const start = draft.addStep({
    type: 'control.start',
    name: 'Start',
    position: { x: step.position.x - 280, y: step.position.y },
  });
  draft.connect({ step: start, port: 'out', scope: draft.root }, step.id, draft.root);
}

function targetsOf(walk: Walk, node: N8nNode): string {
  return JSON.stringify(
    (walk.document.links.get(node.name) ?? [])
      .flat()
      .map((link) => `${link.to}:${link.input}`)
      .sort(),
  );
}

function startWithSwitch(walk: Walk, triggers: readonly N8nNode[], first: N8nNode): void {
  const { draft } = walk;
  const at = positionOf(walk, first);
  const start = draft.addStep({ type: 'control.start', name: 'Start', position: { x: at.x - 560, y: at.y } });
  const ports = triggers.slice(0, 60).map((_one, i) => `trigger${i + 1}`);
  draft.addInput({
    name: 'trigger',
    type: 'text',
    default: first.name,
    description: 'Name of what started the workflow: decides where it begins.',
  });
  const choose = draft.addStep({
    type: 'control.switch',
    name: 'What started it',
    position: { x: at.x - 280, y: at.y },
    params: { value: '${input.trigger}', cases: ports.map((port, i) => ({ port, equals: triggers[i]?.name ?? '' })) },
  });
  draft.connect({ step: start, port: 'out', scope: draft.root }, choose, draft.root);
  for (const [i, trigger] of triggers.entries()) {
    convertNode(walk, trigger);
    const made = walk.converted.get(trigger.name);
    const own = made?.steps[0];
    const step = own === undefined ? undefined : draft.step(own);
    if (!made || !step) continue;
    // A workflow has one Start; the others show where their trigger began.
    if (step.type === 'control.start')
      Object.assign(step, {
        type: 'data.log',
        params: { message: `Started by ${trigger.name}`.slice(0, 500), level: 'debug' },
      });
    draft.connect({ step: choose, port: ports[i] ?? 'default', scope: draft.root }, step.id, draft.root);
    walk.converted.set(trigger.name, { ...made, ways: new Map([[choose, ports[i] ?? 'default']]) });
  }
}
