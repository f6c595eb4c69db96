import type { Page } from 'playwright-core';

/** One field of a page as a person left it. */
export interface FormField {
  /** Its place among the fields of the page, and what it was, so that a page that has changed is left alone. */
  index: number;
  kind: string;
  name: string;
  /** Text, or the values of the chosen entries of a list. */
  value: string | string[];
  checked?: boolean;
}

/**
 * What stands in the fields of the page and differs from what the site put there. A run that goes on after a crash opens the page
 * again; without this the steps that filled it in, which do not run again, would be lost and an empty form would be sent.
 * Passwords and files stay out: the one must not be written down, the other cannot be put back.
 */
export async function readForm(page: Page): Promise<FormField[]> {
  return await page.evaluate(collect);
}

/** Puts the fields back, with the events that a page's scripts wait for. */
export async function writeForm(page: Page, fields: readonly FormField[]): Promise<void> {
  await page.evaluate(restore, [...fields]);
}

/** Runs in the page. */
function collect(): FormField[] {
  const fields: FormField[] = [];
  let room = 200_000;
  const all = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
    'input, textarea, select',
  );
  for (const [index, field] of [...all].slice(0, 2000).entries()) {
    const base = { index, kind: `${field.tagName} ${field.type}`, name: field.name || field.id };
    if (field instanceof HTMLSelectElement) {
      const options = [...field.options];
      // Where the site chose nothing, a drop-down list shows its first entry.
      const isFirstShown = !field.multiple && !options.some((option) => option.defaultSelected);
      const isTouched = options.some(
        (option, i) => option.selected !== (isFirstShown ? i === 0 : option.defaultSelected),
      );
      const value = [...field.selectedOptions].map((option) => option.value);
      if (isTouched) fields.push({ ...base, value });
    } else if (field.type === 'checkbox' || field.type === 'radio') {
      const { checked, defaultChecked } = field as HTMLInputElement;
      if (checked !== defaultChecked) fields.push({ ...base, value: field.value, checked });
    } else if (!['password', 'file', 'hidden', 'submit', 'button', 'image', 'reset'].includes(field.type)) {
      room -= field.value.length;
      if (field.value !== field.defaultValue && room >= 0) fields.push({ ...base, value: field.value });
    }
  }
  return fields;
}

/** Runs in the page. */
function restore(fields: FormField[]): void {
  const all = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
    'input, textarea, select',
  );
  for (const kept of fields) {
    const field = all[kept.index];
    if (!field || `${field.tagName} ${field.type}` !== kept.kind || (field.name || field.id) !== kept.name) continue;
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = kept.value.includes(option.value);
    } else if (kept.checked !== undefined) (field as HTMLInputElement).checked = kept.checked;
    else {
      // Frameworks watch the element's own setter; the one of its class reaches the field behind their back, the event tells them.
      const owner = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(owner.prototype, 'value')?.set?.call(field, kept.value);
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
