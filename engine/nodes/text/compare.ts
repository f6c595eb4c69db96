import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { similarity } from './similarity.ts';

const candidateSchema = z.object({ text: z.string(), index: z.int(), score: z.number() });
/** About a second on a slow machine. */
const maxWork = 100_000_000;

export const compare = defineNode({
  type: 'text.compare',
  version: 1,
  title: 'Compare texts',
  category: 'text',
  icon: 'spell-check',
  description: 'Finds the most similar of several texts, also with typing errors, and says how similar each is.',
  synonyms: ['fuzzy', 'similarity', 'levenshtein', 'closest', 'match names'],
  params: z.strictObject({
    text: z.string().max(5000).meta({ title: 'Text' }),
    candidates: z.array(z.string().max(5000)).min(1).max(100_000).meta({ title: 'Compare with', 'x-widget': 'list' }),
    method: z
      .enum(['typing', 'words'])
      .default('typing')
      .meta({ title: 'Method', description: 'typing: letters to change; words: the same words in any order.' }),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.7)
      .meta({ title: 'Similar from', description: '0 nothing in common, 1 equal.' }),
    ignoreCase: z.boolean().default(true).meta({ title: 'Ignore upper and lower case' }),
  }),
  output: z.object({
    isMatch: z.boolean(),
    best: candidateSchema,
    matches: z.array(candidateSchema),
  }),
  effect: 'pure',
  examples: [
    { title: 'Which customer is meant?', params: { text: 'Jon Smith', candidates: ['John Smith', 'Joan Smythe'] } },
  ],
  run(_ctx, { text, candidates, method, threshold, ignoreCase }) {
    const work =
      method === 'words' ? 0 : candidates.reduce((sum, candidate) => sum + candidate.length * text.length, 0);
    if (work > maxWork)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        'These texts are too long to be compared letter by letter. Compare by words, or use fewer or shorter texts.',
      );
    const prepared = (any: string) => (ignoreCase ? any.toLowerCase() : any).normalize('NFC').trim();
    const scored = candidates
      .map((candidate, index) => ({
        text: candidate,
        index,
        score: similarity[method](prepared(text), prepared(candidate)),
      }))
      .toSorted((a, b) => b.score - a.score || a.index - b.index);
    const best = scored[0] as (typeof scored)[number];
    return {
      output: { isMatch: best.score >= threshold, best, matches: scored.filter(({ score }) => score >= threshold) },
    };
  },
});
