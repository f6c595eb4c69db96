import { z } from 'zod';

export const layoutField = {
  layout: z.enum(['auto', 'block', 'line', 'word', 'sparse']).default('auto').meta({
    title: 'What it holds',
    description: 'Auto: columns and paragraphs. Block, line or word: one of these. Sparse: texts here and there.',
    'x-advanced': true,
  }),
};

export const textOutput = z.object({
  text: z.string(),
  /** 0–1. */
  confidence: z.number(),
  words: z.array(
    z.object({
      text: z.string(),
      confidence: z.number(),
      x: z.int(),
      y: z.int(),
      width: z.int(),
      height: z.int(),
      line: z.int(),
    }),
  ),
});
