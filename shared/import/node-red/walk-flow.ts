import type { Draft } from '../draft.ts';
import { type Converted, NOTHING } from '../flow.ts';
import type { Incoming, LoopBook } from '../loops.ts';
import type { ImportedNode, ImportOutcome } from '../report.ts';
import type { RedDocument, RedFlow, RedNode } from './document.ts';
import { withProperties } from './message.ts';
import type { RedOrder } from './order.ts';

/** One tab while it is walked. */
export interface RedWalk {
  flow: RedFlow;
  document: RedDocument;
  order: RedOrder;
  draft: Draft;
  book: LoopBook;
  converted: Map<string, Converted>;
  reported: ImportedNode[];
  workflowIds: ReadonlyMap<string, string>;
  variables: Map<string, string>;
}

export function titleOf(node: RedNode): string {
  return node.name !== undefined && node.name.trim() !== '' ? node.name : node.type;
}

export function placeOf(walk: RedWalk, node: RedNode): { x: number; y: number } {
  return walk.draft.place({ x: Math.round((node.x ?? 0) * 1.5), y: Math.round((node.y ?? 0) * 1.6) });
}

export function incomingOf(walk: RedWalk, node: RedNode): Incoming[] {
  return (walk.order.arrivals.get(node.id) ?? []).flatMap(({ from, output }) => {
    const converted = walk.converted.get(from);
    if (!converted) return [];
    if (output >= 0) return converted.outputs[output] ? [{ node: from, converted, output }] : [];
    const step = converted.steps[0];
    const first = converted.outputs[0];
    if (step === undefined || !first) return [];
    // Behind a failure: the message as it came to the node, with the error in it.
    const message = withProperties(walk.book.shapes.get(from) ?? NOTHING, {
      error: `({ message: steps.${step}.error?.message, source: { id: '${step}' } })`,
    });
    return [
      {
        node: from,
        converted: {
          ...converted,
          isBranching: true,
          outputs: [{ exit: { step, port: 'error', scope: converted.scope }, flow: message }],
        },
        output: 0,
      },
    ];
  });
}

export interface RedNotes {
  outcome: ImportOutcome;
  texts: string[];
  inStep: string[];
  partial(text: string): void;
  tell(text: string): void;
}

export function openNotes(): RedNotes {
  const notes: RedNotes = {
    outcome: 'converted',
    texts: [],
    inStep: [],
    partial(text) {
      if (notes.outcome === 'converted') notes.outcome = 'partial';
      if (notes.texts.includes(text)) return;
      notes.texts.push(text);
      notes.inStep.push(`Import: ${text}`);
    },
    tell: (text) => void (notes.texts.includes(text) || notes.texts.push(text)),
  };
  return notes;
}

export function reportNode(
  walk: RedWalk,
  node: RedNode,
  outcome: ImportOutcome,
  steps: string[],
  notes: string[],
): void {
  walk.reported.push({ workflow: '', sourceId: node.id, name: titleOf(node), type: node.type, outcome, steps, notes });
}
