import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { escapeHtml } from './escape.ts';

const maxLength = 16 * 1024 * 1024;

export const template = defineNode({
  type: 'text.template',
  version: 1,
  title: 'Fill template',
  category: 'text',
  icon: 'file-text',
  description: 'Puts values into the {{places}} of a text, once or for each row of a table.',
  synonyms: ['format string', 'mail merge', 'placeholder', 'concatenate', 'render'],
  params: z.strictObject({
    template: z
      .string()
      .max(1_000_000)
      .meta({ title: 'Template', 'x-widget': 'textarea', placeholder: 'Dear {{customer.name}}, …' }),
    values: z.record(z.string(), z.unknown()).default({}).meta({ title: 'Values', 'x-widget': 'keyvalue' }),
    rows: z.array(z.record(z.string(), z.unknown())).max(100_000).optional().meta({
      title: 'Rows',
      description: 'One text per row; its columns go before the values.',
      'x-widget': 'json',
      'x-advanced': true,
    }),
    separator: z.string().max(1000).default('\n').meta({ title: 'Between rows', 'x-advanced': true }),
    missing: z
      .enum(['fail', 'empty', 'keep'])
      .default('fail')
      .meta({ title: 'A place without a value', description: 'fail, leave it empty, or keep it as it is.' }),
    escape: z.enum(['none', 'html', 'url', 'json']).default('none').meta({ title: 'Escape values for' }),
  }),
  output: z.object({ text: z.string(), texts: z.array(z.string()) }),
  effect: 'pure',
  examples: [
    { title: 'A greeting', params: { template: 'Dear {{name}}', values: { name: 'Ada' } } },
    { title: 'One line per row', params: { template: '{{id}}: {{name}}', rows: [{ id: 1, name: 'Ada' }] } },
  ],
  run(_ctx, { template: text, values, rows, separator, missing, escape }) {
    let length = 0;
    const fill = (source: Record<string, unknown>) => {
      const filled = text.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (place, path: string) => {
        const value = read(source, path) ?? read(values, path);
        if (value !== undefined && value !== null)
          return escapes[escape](typeof value === 'string' ? value : JSON.stringify(value));
        if (missing === 'fail') {
          throw new AppError(
            'DATA_FORMAT',
            `The template has a place {{${path}}}, and there is no such value. Give it one, or choose what a place without a value becomes.`,
            {
              details: { place: path },
            },
          );
        }
        return missing === 'keep' ? place : '';
      });
      length += filled.length;
      if (length > maxLength)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `The filled texts have more than ${maxLength} characters. Use fewer rows at a time.`,
        );
      return filled;
    };
    const texts = (rows ?? [{}]).map(fill);
    return { output: { text: texts.join(separator), texts } };
  },
});

const escapes = {
  none: (text: string) => text,
  html: escapeHtml,
  url: encodeURIComponent,
  json: (text: string) => JSON.stringify(text).slice(1, -1),
};

/** Own properties only; `a.b.0` for nested values. */
function read(source: unknown, path: string): unknown {
  let current = source;
  for (const key of path.split('.')) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
