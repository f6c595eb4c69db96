import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { dropFiles } from './drop-files.ts';
import { effectParam, elementOptions, targetParams } from './target.ts';

export const uploadFiles = defineBrowserNode({
  type: 'browser.upload',
  version: 1,
  title: 'Upload files',
  icon: 'upload',
  description:
    'Puts files into a file field or the file dialog that a button opens, or drops them onto an area of the page.',
  synonyms: ['attach', 'file input', 'choose file', 'drop zone'],
  params: z.strictObject({
    ...targetParams,
    files: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(100)
      .meta({ title: 'Files', 'x-widget': 'list', placeholder: 'invoice.pdf' }),
    how: z
      .enum(['auto', 'drop'])
      .default('auto')
      .meta({ title: 'How', description: 'Drop: as if the files were dragged onto the element.' }),
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({ files: z.array(z.string()) }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [{ title: 'An invoice', params: { target: 'input[type=file]', files: ['invoice.pdf'] } }],
  async run(step, params) {
    const paths: string[] = [];
    for (const file of params.files) paths.push(await step.ctx.files.readable(file));
    const page = await step.page();
    const element = await step.element(params);
    if (params.how === 'drop') {
      await dropFiles(element, paths, step);
      return { output: { files: paths } };
    }
    const isField = await element.evaluate(
      (found) => found.matches('input[type=file]') || found.querySelector('input[type=file]') !== null,
      undefined,
      step.wait,
    );
    if (isField) await element.setInputFiles(paths, step.wait);
    else {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser', step.wait), element.click(step.wait)]);
      await chooser.setFiles(paths, step.wait);
    }
    return { output: { files: paths } };
  },
});
