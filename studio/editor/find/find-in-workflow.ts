import type { CatalogIndex } from '@casare/shared';
import { titleOf } from '../edits/new-node.ts';
import { type EditorDocument, rows } from '../store/editor-document.ts';
import { flowIdOf } from '../store/flow.ts';

export interface Found {
  /** As the canvas names it. */
  flowId: string;
  title: string;
  /** Where it was found, in a word: `name`, `notes`, a parameter … */
  where: string;
}

/** Steps, notes and frames that hold the text in their name, id, type, notes or parameters; in reading order. */
export function findInWorkflow(document: EditorDocument, catalog: CatalogIndex, query: string): Found[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  const holds = (text: string) => text.toLowerCase().includes(wanted);
  const found: (Found & { x: number; y: number })[] = [];
  for (const node of rows(document.nodes)) {
    const title = titleOf(node, catalog);
    const parameter = () => Object.entries(node.params).find(([, value]) => holdsText(value, holds))?.[0];
    const where = holds(title)
      ? 'name'
      : holds(node.id)
        ? 'id'
        : holds(node.notes ?? '')
          ? 'notes'
          : (parameter() ?? (holds(catalog.get(node.type)?.title ?? node.type) ? 'type' : undefined));
    if (where !== undefined) found.push({ flowId: node.id, title, where, ...node.position });
  }
  for (const note of rows(document.notes)) {
    const title = note.text.slice(0, 40);
    if (holds(note.text)) found.push({ flowId: flowIdOf('notes', note.id), title, where: 'note', ...note.position });
  }
  for (const frame of rows(document.frames)) {
    const { title } = frame;
    if (holds(title)) found.push({ flowId: flowIdOf('frames', frame.id), title, where: 'frame', ...frame.position });
  }
  return found
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .map(({ flowId, title, where }): Found => ({ flowId, title, where }));
}

/** Texts and numbers anywhere in a parameter; keys count too, as headers and fields are found by them. */
function holdsText(value: unknown, holds: (text: string) => boolean): boolean {
  if (typeof value === 'string' || typeof value === 'number') return holds(String(value));
  if (Array.isArray(value)) return value.some((item) => holdsText(item, holds));
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, item]) => holds(key) || holdsText(item, holds));
}
