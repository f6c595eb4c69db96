import type { NodeDescriptor } from '@casare/shared';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useEditorEnv } from '../editor-env.ts';
import { PackMark } from '../palette/PackMark.tsx';
import { CATEGORY_TITLES, type Compatible, groupByCategory, searchNodes } from '../palette/search-nodes.ts';
import { NodeIcon } from './NodeIcon.tsx';

interface NodePickerProps {
  label: string;
  compatible?: Compatible;
  onPick: (descriptor: NodeDescriptor) => void;
  onClose: () => void;
}

const SHOWN = 60;

/** A search field over a list of node types; the keyboard stays in the field. */
export function NodePicker({ label, compatible, onPick, onClose }: NodePickerProps) {
  const { catalog, session } = useEditorEnv();
  const recent = useStore(session.state, (state) => state.recentNodes);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const found = useMemo(() => {
    const all = searchNodes(catalog, query, compatible, recent);
    if (query !== '') return all.slice(0, SHOWN);
    const grouped = groupByCategory(all).flatMap(([, descriptors]) => descriptors);
    // What was used last stands first as long as nothing is asked for.
    const rank = (descriptor: NodeDescriptor) => {
      const at = recent.indexOf(descriptor.type);
      return at === -1 ? recent.length : at;
    };
    return grouped.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  }, [catalog, query, compatible, recent]);
  const at = Math.min(chosen, found.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && found[at]) onPick(found[at]);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        // Opened by the person to type into.
        ref={(element) => element?.focus()}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[at] && `${listId}-${at}`}
        placeholder={label}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        className="h-10 w-full shrink-0 border-b border-line bg-transparent px-3 outline-none placeholder:text-faint"
      />
      <ul id={listId} role="listbox" aria-label="Step types" className="min-h-0 flex-1 overflow-auto p-1">
        {found.map((descriptor, i) => (
          <PickerRow
            key={descriptor.type}
            id={`${listId}-${i}`}
            descriptor={descriptor}
            chosen={i === at}
            onHover={() => setChosen(i)}
            onPick={() => onPick(descriptor)}
          />
        ))}
        {found.length === 0 && <li className="p-4 text-center text-dim">No step type fits “{query}”.</li>}
      </ul>
    </>
  );
}

interface PickerRowProps {
  id: string;
  descriptor: NodeDescriptor;
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

function PickerRow({ id, descriptor, chosen, onHover, onPick }: PickerRowProps) {
  return (
    <li
      id={id}
      role="option"
      aria-selected={chosen}
      data-testid={`quick-add-item-${descriptor.type}`}
      data-category={descriptor.category}
      ref={chosen ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
      onPointerMove={chosen ? undefined : onHover}
      onClick={onPick}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 aria-selected:bg-accent-soft"
    >
      <span className="cat-icon">
        <NodeIcon name={descriptor.icon} size={15} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-medium">{descriptor.title}</span>
          {descriptor.pack && <PackMark pack={descriptor.pack} />}
          <span className="ml-auto shrink-0 text-2xs text-faint">{CATEGORY_TITLES[descriptor.category]}</span>
        </span>
        <span className="block truncate text-xs text-dim">{descriptor.description}</span>
      </span>
    </li>
  );
}
