import { parentPort } from 'node:worker_threads';
import type { PatternJob, PatternMatch, PatternResults } from './sandbox.ts';

// The thread regular expressions of authors run in: a pattern that searches for ever is ended with its thread.

export interface PatternOrder extends PatternJob {
  operation: keyof PatternResults;
}
export type PatternAnswer = { results: unknown } | { fault: string };

const operations: {
  [Operation in keyof PatternResults]: (order: PatternOrder, text: string) => PatternResults[Operation][number];
} = {
  test: ({ pattern, flags }, text) => new RegExp(pattern, flags).test(text),
  match: ({ pattern, flags, limit = Number.POSITIVE_INFINITY }, text) => {
    const found: PatternMatch[] = [];
    for (const match of text.matchAll(new RegExp(pattern, `${flags}g`))) {
      if (found.length >= limit) break;
      found.push({
        text: match[0],
        index: match.index,
        groups: match.slice(1).map((group: string | undefined) => group ?? null),
        named: Object.fromEntries(
          Object.entries(match.groups ?? {}).map(([name, group]) => [name, (group as string | undefined) ?? null]),
        ),
      });
    }
    return found;
  },
  replace: ({ pattern, flags, replacement = '', limit = Number.POSITIVE_INFINITY }, text) => {
    // One expression for all finds them, one without `g` replaces each where it stands, so that $1 and $<name> keep working.
    const all = new RegExp(pattern, `${flags}g`);
    const found = [...text.matchAll(all)].length;
    if (found <= limit) return { text: text.replace(all, replacement), count: found };
    return { text: replaceFirst(text, all, replacement, limit), count: limit };
  },
  split: ({ pattern, flags, limit }, text) => text.split(new RegExp(pattern, flags), limit),
};

/** `String.replace` knows one or all: the text up to the end of the last match that counts is replaced as a whole. */
function replaceFirst(text: string, all: RegExp, replacement: string, limit: number): string {
  let left = limit;
  const sticky = new RegExp(all.source, all.flags.replace('g', 'y'));
  let result = '';
  let position = 0;
  for (const match of text.matchAll(all)) {
    if (left-- === 0) break;
    sticky.lastIndex = match.index;
    const replaced = text.replace(sticky, replacement);
    result += text.slice(position, match.index);
    result += replaced.slice(match.index, replaced.length - (text.length - match.index - match[0].length));
    position = match.index + match[0].length;
  }
  return result + text.slice(position);
}

parentPort?.on('message', (order: PatternOrder) => {
  let answer: PatternAnswer;
  try {
    answer = { results: order.texts.map((text) => operations[order.operation](order, text)) };
  } catch (error) {
    answer = { fault: (error as Error).message };
  }
  parentPort?.postMessage(answer);
});
parentPort?.postMessage('ready');
