import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { withKit } from './healing/in-page.ts';
import type { PageKit } from './healing/page-kit.ts';
import { enterFrames, placeOf } from './scope.ts';
import { frameParam, timeoutParam } from './target.ts';

const fieldSchema = z.object({
  selector: z.string().describe('To use as "Element" of other steps'),
  label: z.string(),
  name: z.string(),
  kind: z.string(),
  required: z.boolean(),
  disabled: z.boolean(),
  visible: z.boolean(),
  placeholder: z.string(),
  value: z.string().describe('Empty for passwords'),
  options: z.array(z.object({ label: z.string(), value: z.string() })),
});

export const detectForms = defineBrowserNode({
  type: 'browser.detectForms',
  version: 1,
  title: 'Find forms',
  icon: 'form-input',
  description: 'Lists the forms of the page with their fields, labels, choices and buttons, ready for "Fill in form".',
  synonyms: ['detect forms', 'fields', 'inputs', 'analyse page'],
  params: z.strictObject({
    target: z.string().max(5000).default('body').meta({
      title: 'In area',
      description: 'Selector of the part of the page to look at.',
      'x-widget': 'selector',
    }),
    hidden: z.boolean().default(false).meta({ title: 'Hidden fields too', 'x-advanced': true }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({
    forms: z.array(
      z.object({
        name: z.string(),
        selector: z.string().describe('Empty for fields outside of any form'),
        action: z.string(),
        method: z.string(),
        fields: z.array(fieldSchema),
        buttons: z.array(z.object({ text: z.string(), selector: z.string() })),
      }),
    ),
    formCount: z.int(),
    fieldCount: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'What is there to fill in?', params: {} }],
  async run(step, params) {
    const place = placeOf(params.target, params.frame);
    const area = (await enterFrames(await step.page(), place.frames, step.wait)).locator(place.selector).first();
    const forms = await area.evaluate(findForms, params.hidden, step.wait);
    const fieldCount = forms.reduce((sum, { fields }) => sum + fields.length, 0);
    return { output: { forms, formCount: forms.length, fieldCount } };
  },
});

/** Runs in the page. */
function readForms(kit: PageKit, area: Element, withHidden: boolean) {
  const selectorOf = (element: Element): string => {
    // Only CSS can be tried here; the path at the end of the list always fits.
    const fits = (selector: string) => {
      if (/^role=| >> /.test(selector)) return false;
      const found = document.querySelectorAll(selector);
      return found.length === 1 && found[0] === element;
    };
    const selectors = kit.selectorsOf(element);
    return selectors.find(fits) ?? selectors.at(-1) ?? '';
  };
  const all = kit.everyElement().filter((element) => {
    const root = element.getRootNode();
    return area.contains(element) || (root instanceof ShadowRoot && area.contains(root.host));
  });
  const formOf = (element: Element) => (element as HTMLInputElement).form ?? element.closest('form');
  const groups = new Map<Element | null, { fields: Element[]; buttons: Element[] }>();
  const groupOf = (form: Element | null) => {
    const group = groups.get(form) ?? { fields: [], buttons: [] };
    groups.set(form, group);
    return group;
  };
  for (const element of all) {
    if (element.matches('form')) groupOf(element);
    const isButton = kit.roleOf(element) === 'button';
    if (isButton && kit.isSeen(element)) groupOf(formOf(element)).buttons.push(element);
    const isField = !isButton && element.matches('input, textarea, select, [contenteditable="true"], [role="textbox"]');
    const isShown = kit.isSeen(element) && element.getAttribute('type') !== 'hidden';
    if (isField && (isShown || withHidden)) groupOf(formOf(element)).fields.push(element);
  }
  const read = (element: Element) => {
    const field = element as HTMLInputElement;
    const marks = kit.marksOf(element);
    const options = element instanceof HTMLSelectElement ? [...element.options].slice(0, 500) : [];
    return {
      selector: selectorOf(element),
      label: marks.label || marks.accessibleName || '',
      name: marks.name ?? '',
      kind: element.matches('input, textarea, select') ? field.type : 'text',
      required: field.required || element.getAttribute('aria-required') === 'true',
      disabled: element.matches(':disabled'),
      visible: kit.isSeen(element),
      placeholder: marks.placeholder ?? '',
      value: field.type === 'password' ? '' : String(field.value ?? element.textContent ?? '').slice(0, 10_000),
      options: options.map((option) => ({ label: option.label, value: option.value })),
    };
  };
  return [...groups]
    .filter(([form, { fields }]) => form !== null || fields.length > 0)
    .map(([form, { fields, buttons }]) => ({
      name: form?.getAttribute('name') || form?.getAttribute('aria-label') || form?.id || '',
      selector: form ? selectorOf(form) : '',
      action: form instanceof HTMLFormElement ? new URL(form.getAttribute('action') ?? '', document.baseURI).href : '',
      method: form instanceof HTMLFormElement ? (form.getAttribute('method') ?? 'get').toLowerCase() : '',
      fields: fields.slice(0, 1000).map(read),
      buttons: buttons
        .slice(0, 200)
        .map((button) => ({ text: kit.marksOf(button).accessibleName ?? '', selector: selectorOf(button) })),
    }));
}

const findForms = withKit(readForms);
