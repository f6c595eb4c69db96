import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { elementOptions, targetParams } from './target.ts';

export const typeText = defineBrowserNode({
  type: 'browser.type',
  version: 1,
  title: 'Type keys',
  icon: 'keyboard',
  description: 'Types a text key by key at the end of a field, for pages that react to each key. "Fill in" is faster.',
  synonyms: ['keyboard', 'send keys', 'autocomplete'],
  params: z.strictObject({
    ...targetParams,
    text: z.coerce.string().max(100_000).meta({ title: 'Text' }),
    pressEnter: z.boolean().default(false).meta({ title: 'Then press Enter', 'x-advanced': true }),
    clearFirst: z.boolean().default(false).meta({ title: 'Clear the field first' }),
    delayMs: z.int().min(0).max(5000).default(0).meta({ title: 'Pause between keys', unit: 'ms', 'x-advanced': true }),
    ...elementOptions,
  }),
  output: z.object({ value: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'A search', params: { target: '#search', text: 'lamp', delayMs: 30 } }],
  async run(step, params) {
    const field = await step.element(params);
    if (params.clearFirst) await field.clear(step.wait);
    // A field that gets its focus by a script has the caret at its start; a person types on at the end.
    else await field.evaluate(putCaretAtEnd, undefined, step.wait);
    await field.pressSequentially(params.text, { delay: params.delayMs, ...step.wait });
    const value = await field.evaluate(
      (element) => ('value' in element ? String(element.value) : element.textContent),
      undefined,
      step.wait,
    );
    // Read before: Enter may send the form and take the field with it.
    if (params.pressEnter) await field.press('Enter', step.wait);
    return { output: { value } };
  },
});

/** Runs in the page. The focus comes first: it would move the caret. Fields of kinds such as email know none. */
function putCaretAtEnd(element: Element): void {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return;
  element.focus();
  if (element.selectionStart === null) return;
  element.setSelectionRange(element.value.length, element.value.length);
}
