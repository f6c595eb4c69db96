import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { stringifyYaml } from '../../formats/yaml.ts';
import { fileField, overwriteField } from './path-field.ts';

export const writeYaml = defineNode({
  type: 'files.writeYaml',
  version: 1,
  title: 'Write YAML file',
  category: 'files',
  icon: 'file-output',
  description: 'Writes data into a YAML file.',
  synonyms: ['yml', 'settings', 'save yaml'],
  params: z.strictObject({
    path: fileField('File', 'output/settings.yaml'),
    data: z.unknown().meta({ title: 'Data', 'x-widget': 'json' }),
    overwrite: overwriteField(true),
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'Settings', params: { path: 'output/settings.yaml', data: { name: 'Ada' } } }],
  async run(ctx, { path, data, overwrite }) {
    return { output: await ctx.files.write(path, await stringifyYaml(data, 2), { overwrite, signal: ctx.signal }) };
  },
});
