import type { Locator } from 'playwright-core';
import { z } from 'zod';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { explainFailure } from './explain-failure.ts';
import { elementOptions, targetParams, targetText } from './target.ts';

export const fillForm = defineBrowserNode({
  type: 'browser.fillForm',
  version: 1,
  title: 'Fill in form',
  icon: 'clipboard-list',
  description: 'Fills in several fields at once: texts, lists, checkboxes and radio buttons, each in its own way.',
  synonyms: ['form filler', 'enter data', 'fields', 'submit'],
  params: z.strictObject({
    fields: z
      .array(
        z.strictObject({
          target: targetParams.target,
          value: z
            .union([z.string(), z.number(), z.boolean()])
            .meta({ title: 'Value', description: 'A text, the entry of a list, or true and false for a checkbox.' }),
        }),
      )
      .min(1)
      .max(200)
      .meta({ title: 'Fields', 'x-widget': 'list' }),
    submit: targetParams.target.optional().meta({
      title: 'Then click',
      description: 'The button that sends the form; a form that is sent is not sent a second time after a crash.',
      placeholder: 'role=button[name="Send"]',
      'x-widget': 'selector',
    }),
    pauseMs: z
      .int()
      .min(0)
      .max(60_000)
      .default(0)
      .meta({ title: 'Pause between fields', unit: 'ms', 'x-advanced': true }),
    ...elementOptions,
  }),
  output: z.object({ count: z.int() }),
  effect: 'once',
  effectOf: (params) => (params.submit ? 'once' : 'idempotent'),
  examples: [
    {
      title: 'A registration',
      params: {
        fields: [
          { target: '#name', value: 'Ada Lovelace' },
          { target: '#newsletter', value: true },
        ],
      },
    },
  ],
  async run(step, params) {
    const page = await step.page();
    for (const [i, { target, value }] of params.fields.entries()) {
      if (i > 0 && params.pauseMs > 0) await step.ctx.sleep(params.pauseMs);
      try {
        await fillOne(await step.element({ ...params, target }), value, step);
      } catch (error) {
        step.ctx.signal.throwIfAborted();
        throw explainFailure(error, {
          target: targetText(target) ?? '',
          url: page.url(),
          timeoutMs: params.timeoutMs,
        });
      }
    }
    if (params.submit) await (await step.element({ ...params, target: params.submit })).click(step.wait);
    return { output: { count: params.fields.length } };
  },
});

async function fillOne(field: Locator, value: string | number | boolean, step: BrowserStep): Promise<void> {
  const kind = await field.evaluate(
    (element) => (element instanceof HTMLInputElement ? element.type : element.tagName.toLowerCase()),
    undefined,
    step.wait,
  );
  if (kind === 'checkbox' || kind === 'radio') await field.setChecked(isYes(value), step.wait);
  else if (kind === 'select') await field.selectOption(String(value), step.wait);
  else await field.fill(String(value), step.wait);
}

/** Rows of a CSV hold texts only. */
function isYes(value: string | number | boolean): boolean {
  return typeof value === 'string' ? /^(true|yes|y|on|x|1)$/i.test(value.trim()) : Boolean(value);
}
