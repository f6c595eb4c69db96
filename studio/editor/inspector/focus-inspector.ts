export const INSPECTOR_ID = 'editor-inspector';

const FIELDS = '[role=tabpanel] :is(input, textarea, [role=combobox], [data-code-editor])';
/** The editor of expressions is loaded when it is needed first. */
const FRAMES = 120;

/** Where the keyboard goes on from a step: the first field of its form, or the panel where it has none. */
export function focusInspector(): void {
  const panel = document.getElementById(INSPECTOR_ID);
  panel?.focus();
  focusFirstField(panel, FRAMES);
}

function focusFirstField(panel: HTMLElement | null, frames: number): void {
  // The person has gone on elsewhere.
  if (!panel || document.activeElement !== panel) return;
  const field = [...panel.querySelectorAll<HTMLElement>(FIELDS)].find((candidate) => candidate.offsetParent !== null);
  // Editors of code stand in a shadow root of their own.
  const target = field?.shadowRoot?.querySelector<HTMLElement>('[contenteditable=true]') ?? field;
  if (target) target.focus();
  else if (frames > 0) requestAnimationFrame(() => focusFirstField(panel, frames - 1));
}
