import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, frameParam, locate, targetParams, timeoutParam } from './target.ts';

export const uploadFiles = defineBrowserNode({
  type: 'browser.upload',
  version: 1,
  title: 'Upload files',
  icon: 'upload',
  description: 'Puts files into a file field, or into the file dialog that a button opens.',
  synonyms: ['attach', 'file input', 'choose file'],
  params: z.strictObject({
    ...targetParams,
    files: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(100)
      .meta({ title: 'Files', 'x-widget': 'list', placeholder: 'invoice.pdf' }),
    ...effectParam,
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({ files: z.array(z.string()) }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [{ title: 'An invoice', params: { target: 'input[type=file]', files: ['invoice.pdf'] } }],
  async run(step, params) {
    const paths: string[] = [];
    for (const file of params.files) paths.push(await step.ctx.files.readable(file));
    const page = await step.page();
    const element = locate(page, params);
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
