import type { HumanValues, TaskField } from '@casare/shared';

export interface FormPage {
  readonly title: string;
  readonly description: string;
  readonly fields: readonly TaskField[];
  readonly values: HumanValues;
  readonly faults: Readonly<Record<string, string>>;
  readonly submitLabel: string;
  /** Proves that the form was fetched here. */
  readonly ticket: string;
  /** Said above the fields when it could not be sent. */
  readonly problem?: string;
}

/** A form that needs no script: labels belong to their fields, faults to both. */
export function formPage(page: FormPage): string {
  const { title, description, fields, values, faults, submitLabel, ticket } = page;
  const named = Object.keys(faults);
  const problem =
    page.problem ??
    (named.length > 0
      ? `${named.length === 1 ? 'One field needs' : `${named.length} fields need`} your attention.`
      : '');
  return document(
    named.length > 0 ? `Please check: ${title}` : title,
    `<h1>${escape(title)}</h1>
${description === '' ? '' : `<p class="text">${escape(description)}</p>`}
${problem === '' ? '' : `<p class="problem" role="alert">${escape(problem)}</p>`}
<form method="post" accept-charset="utf-8" novalidate>
<input type="hidden" name="ticket" value="${escape(ticket)}">
${fields.map((field) => fieldOf(field, values[field.name] ?? field.default ?? null, faults[field.name])).join('\n')}
<button type="submit">${escape(submitLabel)}</button>
</form>`,
  );
}

function fieldOf(field: TaskField, value: HumanValues[string], fault: string | undefined): string {
  const id = `field-${field.name}`;
  const hints = [field.help === '' ? '' : `${id}-help`, fault === undefined ? '' : `${id}-fault`].filter(Boolean);
  const attributes = [
    `id="${id}"`,
    `name="${id}"`,
    field.required ? 'required aria-required="true"' : '',
    hints.length > 0 ? `aria-describedby="${hints.join(' ')}"` : '',
    fault === undefined ? '' : 'aria-invalid="true"',
  ]
    .filter(Boolean)
    .join(' ');
  const label = `${escape(field.label || field.name)}${field.required ? ' <span class="required">(required)</span>' : ''}`;
  const help = field.help === '' ? '' : `<p class="help" id="${id}-help">${escape(field.help)}</p>`;
  const wrong = fault === undefined ? '' : `<p class="fault" id="${id}-fault">${escape(fault)}</p>`;
  if (field.kind === 'checkbox')
    return `<div class="field check"><input type="checkbox" value="yes" ${attributes}${value === true ? ' checked' : ''}><label for="${id}">${label}</label>${help}${wrong}</div>`;
  return `<div class="field"><label for="${id}">${label}</label>${help}${controlOf(field, value, attributes)}${wrong}</div>`;
}

function controlOf(field: TaskField, value: HumanValues[string], attributes: string): string {
  const text = value === null ? '' : escape(String(value));
  switch (field.kind) {
    case 'multiline':
      return `<textarea rows="5" maxlength="100000" ${attributes}>${text}</textarea>`;
    case 'choice':
      return `<select ${attributes}><option value=""></option>${field.choices
        .map((choice) => `<option${choice === value ? ' selected' : ''}>${escape(choice)}</option>`)
        .join('')}</select>`;
    case 'number':
      return `<input type="number" step="any" value="${text}" ${attributes}>`;
    case 'date':
      return `<input type="date" value="${text}" ${attributes}>`;
    case 'secret':
      // What was typed is not sent back.
      return `<input type="password" autocomplete="off" maxlength="100000" ${attributes}>`;
    default:
      return `<input type="text" maxlength="100000" value="${text}" ${attributes}>`;
  }
}

export interface SentPage {
  readonly title: string;
  readonly thanks: string;
  readonly state: string;
  readonly hasEnded: boolean;
  readonly again: string;
}

/** Loads itself anew while the job goes on. */
export function sentPage({ title, thanks, state, hasEnded, again }: SentPage): string {
  return document(
    title,
    `<h1>${escape(title)}</h1>
<p class="text">${escape(thanks)}</p>
<p class="state" role="status">${escape(state)}</p>
<p><a href="${escape(again)}">Send another</a></p>`,
    hasEnded ? '' : '<meta http-equiv="refresh" content="4">',
  );
}

export function problemPage(title: string, text: string): string {
  return document(title, `<h1>${escape(title)}</h1>\n<p class="problem" role="alert">${escape(text)}</p>`);
}

function document(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}
<title>${escape(title)}</title>
<link rel="stylesheet" href="/forms/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const formStyle = `:root { color-scheme: light dark; --text: #1a1d21; --dim: #555c66; --back: #f5f6f8; --card: #fff; --line: #c5cad1; --accent: #1d5fd1; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --dim: #a7aeb8; --back: #16181b; --card: #1f2226; --line: #4a5058; --accent: #8ab4f8; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: 3rem auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.3; }
.text { white-space: pre-line; }
.field { margin: 0 0 1.25rem; }
.field label { display: block; font-weight: 600; }
.check { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; align-items: baseline; }
.check .help, .check .fault { grid-column: 2; }
.required, .help { color: var(--dim); font-weight: 400; }
.help { margin: 0 0 .25rem; font-size: .9rem; }
input:not([type=checkbox]), select, textarea { width: 100%; padding: .55rem .7rem; margin-top: .25rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; font: inherit; }
[aria-invalid=true] { border-color: var(--bad) !important; }
.fault, .problem { color: var(--bad); margin: .25rem 0 0; }
.problem { padding: .6rem .8rem; border: 1px solid currentColor; border-radius: 6px; margin: 0 0 1.25rem; }
button { padding: .6rem 1.4rem; font: inherit; font-weight: 600; color: var(--card); background: var(--accent); border: 0; border-radius: 6px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.state { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 6px; }
a { color: var(--accent); }
@media (max-width: 40rem) { main { margin: 0; min-height: 100vh; border: 0; border-radius: 0; } }
`;
