import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { stringifyYaml } from '../../formats/yaml.ts';

export const yamlStringify = defineNode({
  type: 'data.yamlStringify',
  version: 1,
  title: 'Write YAML',
  category: 'data',
  icon: 'file-output',
  description: 'Turns data into YAML text.',
  synonyms: ['stringify yaml', 'yml', 'to yaml', 'configuration'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Value', 'x-widget': 'json' }),
    indent: z.int().min(1).max(10).default(2).meta({ title: 'Indent', unit: 'spaces', 'x-advanced': true }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [{ title: 'Settings', params: { value: { name: 'Ada', tags: ['a', 'b'] } } }],
  run: async (_ctx, { value, indent }) => ({ output: { text: await stringifyYaml(value, indent) } }),
});
