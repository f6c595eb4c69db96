import type { NodeDescriptor } from '@casare/shared';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { NodeIcon } from '../canvas/NodeIcon.tsx';
import { NODE_HEIGHT, NODE_WIDTH } from '../canvas/node-size.ts';
import { NODE_TYPE_MIME } from '../canvas/use-dragging.ts';
import { addAfter, addNode, freePlace } from '../edits/add-node.ts';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { selectedNodeIds } from '../store/selectors.ts';
import { keepOpenCategories, readOpenCategories } from './open-categories.ts';
import { PackMark } from './PackMark.tsx';
import { packWords } from './pack-words.ts';
import { CATEGORY_TITLES, groupByCategory, searchNodes } from './search-nodes.ts';

/** All step types: search, drag onto the canvas, or Enter to add behind the selected step. */
export function Palette() {
  const env = useEditorEnv();
  const { store } = useDocument();
  const recent = useStore(env.session.state, (state) => state.recentNodes);
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState(readOpenCategories);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => searchNodes(env.catalog, query, undefined, recent), [env.catalog, query, recent]);
  // Found by search: best first, without the categories that would break that order.
  const groups = useMemo(() => {
    if (query !== '') return [];
    const used = recent.flatMap((type) => env.catalog.get(type) ?? []).slice(0, 6);
    const all = groupByCategory(found).map(([category, list]) => ({
      id: category,
      title: CATEGORY_TITLES[category],
      list,
    }));
    return used.length > 0 ? [{ id: 'recent', title: 'Used last', list: used }, ...all] : all;
  }, [found, query, recent, env.catalog]);

  const add = (descriptor: NodeDescriptor) => {
    const state = store.getState();
    // The first step of a new workflow goes behind its Start, whether that is selected or not.
    const only = state.document.nodes.order.length === 1 ? state.document.nodes.order[0] : undefined;
    const after = descriptor.inputs.length > 0 ? (selectedNodeIds(state).at(-1) ?? only) : undefined;
    const centre = env.canvas.current?.centre() ?? { x: 0, y: 0 };
    const place = freePlace(state.document, { x: centre.x - NODE_WIDTH / 2, y: centre.y - NODE_HEIGHT / 2 });
    const added =
      (after && addAfter(state.document, env.catalog, descriptor, after)) || addNode(state.document, descriptor, place);
    state.edit(added.command, [added.nodeId]);
    env.session.noteNodeUsed(descriptor.type);
    requestAnimationFrame(() => env.canvas.current?.reveal([added.nodeId]));
    env.ui.setState({ announcement: `Added ${descriptor.title}` });
  };
  /** Arrows go through the rows, whichever category they are in. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-palette-row]') ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    const next = rows[event.key === 'ArrowDown' ? at + 1 : at - 1];
    if (!next && event.key === 'ArrowUp') list.current?.parentElement?.querySelector('input')?.focus();
    next?.focus();
    event.preventDefault();
  };
  const toggle = (category: string) =>
    setOpened((old) => {
      const next = new Set(old);
      if (!next.delete(category)) next.add(category);
      keepOpenCategories(next);
      return next;
    });

  return (
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={onKeyDown}>
      <SearchInput
        label="Search steps"
        value={query}
        onChange={setQuery}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) add(found[0]);
        }}
        className="m-2"
      />
      <div ref={list} className="min-h-0 flex-1 overflow-auto px-1.5 pb-2">
        {query !== '' &&
          found.map((descriptor) => <PaletteRow key={descriptor.type} descriptor={descriptor} onAdd={add} />)}
        {query !== '' && found.length === 0 && (
          <p className="p-4 text-center text-dim">No step type fits “{query}”. Try another word.</p>
        )}
        {groups.map(({ id, title, list: descriptors }) => (
          <section key={id} aria-label={title}>
            <button
              type="button"
              data-palette-row
              aria-expanded={opened.has(id)}
              onClick={() => toggle(id)}
              className="flex h-7 w-full items-center gap-1 rounded px-1 text-xs font-semibold text-dim hover:text-text"
            >
              {opened.has(id) ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
              {title}
              <span className="tabular ml-auto pr-1 font-normal text-faint">{descriptors.length}</span>
            </button>
            {opened.has(id) &&
              descriptors.map((descriptor) => <PaletteRow key={descriptor.type} descriptor={descriptor} onAdd={add} />)}
          </section>
        ))}
      </div>
    </div>
  );
}

function PaletteRow({
  descriptor,
  onAdd,
}: {
  descriptor: NodeDescriptor;
  onAdd: (descriptor: NodeDescriptor) => void;
}) {
  return (
    <button
      type="button"
      draggable
      data-palette-row
      data-testid={`palette-item-${descriptor.type}`}
      data-category={descriptor.category}
      title={
        descriptor.pack
          ? `${descriptor.description}\nFrom the pack ${packWords(descriptor.pack)}`
          : descriptor.description
      }
      onDragStart={(event) => {
        event.dataTransfer.setData(NODE_TYPE_MIME, descriptor.type);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onDoubleClick={() => onAdd(descriptor)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onAdd(descriptor);
      }}
      className="flex h-8 w-full cursor-grab items-center gap-2 rounded-md px-1.5 text-left hover:bg-hover focus-visible:bg-hover"
    >
      <span className="cat-icon">
        <NodeIcon name={descriptor.icon} size={15} />
      </span>
      <span className="truncate">{descriptor.title}</span>
      {descriptor.pack && <PackMark pack={descriptor.pack} className="ml-auto" />}
    </button>
  );
}
