import type { NewStep } from '../draft.ts';
import type { N8nNode } from './document.ts';
import type { ReadingNotes } from './reading.ts';

const CONTAINERS: ReadonlySet<string> = new Set([
  'control.forEach',
  'control.try',
  'control.parallel',
  'control.retry',
  'control.while',
  'control.start',
]);

/** Switched off, tries again, goes on after a failure. */
export function stepPolicy(node: N8nNode, type: string, notes: ReadingNotes): Partial<NewStep> {
  const policy: Partial<NewStep> = {};
  if (node.disabled === true) policy.disabled = true;
  if (node.retryOnFail === true && !CONTAINERS.has(type)) {
    const pause = Math.round(Math.min(Math.max(node.waitBetweenTries ?? 1000, 0), 3_600_000));
    policy.retry = {
      attempts: Math.round(Math.min(Math.max(node.maxTries ?? 3, 1), 100)),
      initialMs: pause,
      factor: 1,
      maxMs: Math.max(pause, 1),
      jitter: 0,
    };
  }
  if (type === 'control.start') return policy;
  if (node.onError === 'continueErrorOutput') policy.onError = 'port';
  else if (node.continueOnFail === true || node.onError === 'continueRegularOutput') {
    policy.onError = 'continue';
    notes.tell(
      'After a failure the workflow goes on, but the step has no output then: read it with ?. where that can happen.',
    );
  }
  return policy;
}
