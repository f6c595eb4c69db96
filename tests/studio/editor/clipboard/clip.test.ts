import { describe, expect, it } from 'vitest';
import { copyItems, formatClip, parseClip, pasteClip } from '../../../../studio/editor/clipboard/clip.ts';
import { createTextClipboard } from '../../../../studio/editor/clipboard/system-clipboard.ts';
import { edge, node, storeOf, workflow } from '../support.ts';

const content = workflow(
  [
    node('start', 'control.start'),
    node('read', 'data.set', { position: { x: 300, y: 100 } }),
    node('write', 'data.log', {
      position: { x: 600, y: 100 },
      params: { message: '${steps.read.output.value} ${steps.start.output}' },
    }),
  ],
  [edge('start', 'read'), edge('read', 'write')],
);

describe('copied steps', () => {
  it('come back from the text of the clipboard with new ids, inner wires, and references that point at the copies', () => {
    const store = storeOf(content);
    const text = formatClip(copyItems(store.getState().document, { nodes: ['read', 'write'], frames: [], notes: [] }));
    const clip = parseClip(text);
    if (!clip) throw new Error('a clip must be read back');
    const pasted = pasteClip(store.getState().document, clip, { x: 80, y: 160 });
    store.getState().edit(pasted.command, pasted.flowIds);

    const after = store.getState().workflow();
    expect(pasted.flowIds).toEqual(['read_2', 'write_2']);
    const copy = after.nodes.find((row) => row.id === 'write_2');
    expect(copy?.params.message).toBe('${steps.read_2.output.value} ${steps.start.output}');
    expect(copy?.name).toBe('write 2');
    expect(copy?.position).toEqual({ x: 680, y: 264 });
    // The wire from start is not among the copied steps.
    expect(after.edges.slice(2).map(({ from, to }) => [from.node, to.node])).toEqual([['read_2', 'write_2']]);
    expect(store.getState().history.past).toHaveLength(1);
    store.getState().undo();
    expect(store.getState().workflow()).toEqual(content);
  });

  it('can be pasted again and again without two steps of one id', () => {
    const store = storeOf(content);
    const clip = copyItems(store.getState().document, { nodes: ['read', 'write'], frames: [], notes: [] });
    for (let i = 0; i < 5; i++)
      store.getState().edit(pasteClip(store.getState().document, clip, { x: 0, y: 0 }).command);
    const ids = store
      .getState()
      .workflow()
      .nodes.map((row) => row.id);
    expect(new Set(ids).size).toBe(13);
    expect(ids).toHaveLength(13);
  });

  it('may be a whole workflow document, and any other text is refused', () => {
    expect(parseClip(JSON.stringify(content))?.nodes).toHaveLength(3);
    for (const text of [
      '',
      'hello',
      '{}',
      '[1]',
      '{"kind":"casare/steps","version":1}',
      '{"kind":"casare/steps","version":2,"nodes":[],"edges":[],"frames":[],"notes":[]}',
    ]) {
      expect(parseClip(text)).toBeUndefined();
    }
  });

  it('stay in this window where the system clipboard is refused', async () => {
    const refusing = {
      writeText: () => Promise.reject(new Error('not allowed')),
      readText: () => Promise.reject(new Error('not allowed')),
    } as unknown as Clipboard;
    const clipboard = createTextClipboard(refusing);
    expect(await clipboard.write('kept')).toEqual({ system: false });
    expect(await clipboard.read()).toBe('kept');
  });
});
