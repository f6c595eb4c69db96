import { compileTemplate, type ExpressionScope } from '@casare/shared';
import type { RunOverlay } from '../run/run-overlay.ts';
import type { EditorDocument } from '../store/editor-document.ts';

/** What expressions can be tried with: what the last run left, and defaults where nothing ran. */
export interface PreviewData {
  vars: Record<string, unknown>;
  input: Record<string, unknown>;
  /** Newest output of each step that ran. */
  outputs: ReadonlyMap<string, unknown>;
  nodeIds: readonly string[];
}

export function previewData(document: EditorDocument, overlay: RunOverlay | undefined): PreviewData {
  const outputs = new Map<string, unknown>();
  for (const id of document.nodes.order) {
    const pass = overlay?.steps.get(id)?.passes.findLast((known) => known.output !== undefined);
    if (pass) outputs.set(id, pass.output);
    else if (document.nodes.byId[id]?.pinnedOutput !== undefined)
      outputs.set(id, document.nodes.byId[id]?.pinnedOutput);
  }
  const defaults = (list: readonly { name: string; default?: unknown }[]) =>
    Object.fromEntries(list.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
  return {
    vars: { ...defaults(document.head.variables), ...overlay?.variables },
    input: { ...defaults(document.head.inputs), ...overlay?.input },
    outputs,
    nodeIds: document.nodes.order,
  };
}

export type Preview =
  | { kind: 'value'; value: unknown }
  | { kind: 'unknown'; message: string }
  | { kind: 'wrong'; message: string };

/** The value a template has with that data; `unknown` where it needs what only a run has. */
export function previewTemplate(text: string, data: PreviewData): Preview {
  const slots = new Map(data.nodeIds.map((id, i) => [id, i]));
  const compiled = compileTemplate(text, { stepSlot: (id) => slots.get(id) ?? -1 });
  if (!compiled.ok)
    return { kind: 'wrong', message: compiled.problems[0]?.message ?? 'This expression cannot be read.' };
  const { steps, vars, input, credentials, assets, usesItem, usesError } = compiled.expression.references;
  const [kept] = [...credentials, ...assets];
  if (kept !== undefined) return { kind: 'unknown', message: `"${kept}" is given to a run and not shown here.` };
  const missing = steps.find((id) => !data.outputs.has(id));
  if (missing)
    return { kind: 'unknown', message: `Run the workflow once to see a value: "${missing}" has no data yet.` };
  const notGiven = input.find((name) => !Object.hasOwn(data.input, name));
  if (notGiven) return { kind: 'unknown', message: `The value depends on the input "${notGiven}".` };
  const notSet = vars.find((name) => !Object.hasOwn(data.vars, name));
  if (notSet) return { kind: 'unknown', message: `The variable "${notSet}" has no value yet.` };
  if (usesItem) return { kind: 'unknown', message: 'The value depends on the item of the loop.' };
  if (usesError) return { kind: 'unknown', message: 'The value depends on the error that was caught.' };
  try {
    return { kind: 'value', value: compiled.expression.evaluate(scopeOf(data)) };
  } catch (error) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}

function scopeOf(data: PreviewData): ExpressionScope {
  return {
    vars: data.vars,
    input: data.input,
    item: undefined,
    index: undefined,
    error: undefined,
    run: { id: 'preview' },
    env: {},
    credentials: {},
    assets: {},
    stepOutput: (slot) => data.outputs.get(data.nodeIds[slot] ?? ''),
    stepError: () => undefined,
  };
}
