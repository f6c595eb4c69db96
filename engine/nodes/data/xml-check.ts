import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { checkXml } from '../../formats/xml-tree.ts';

export const xmlCheck = defineNode({
  type: 'data.xmlCheck',
  version: 1,
  title: 'Check XML',
  category: 'data',
  icon: 'spell-check',
  description: 'Tells whether a text is well-formed XML, and where it is not. It knows no schema.',
  synonyms: ['validate xml', 'well-formed', 'xsd'],
  params: z.strictObject({
    text: z
      .string()
      .max(16 * 1024 * 1024)
      .meta({ title: 'XML text', 'x-widget': 'textarea' }),
  }),
  output: z.object({
    isValid: z.boolean(),
    message: z.string().nullable(),
    line: z.int().nullable(),
    column: z.int().nullable(),
  }),
  effect: 'pure',
  examples: [{ title: 'An element is not closed', params: { text: '<a><b></a>' } }],
  async run(_ctx, { text }) {
    try {
      await checkXml(text, 'The text');
      return { output: { isValid: true, message: null, line: null, column: null } };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const place = z.object({ line: z.int(), column: z.int() }).safeParse(error.details);
      return {
        output: {
          isValid: false,
          message: error.message,
          line: place.data?.line ?? null,
          column: place.data?.column ?? null,
        },
      };
    }
  },
});
