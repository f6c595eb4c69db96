import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import { classNames } from './class-names.ts';
import { KeyHint } from './KeyHint.tsx';
import type { MenuEntry, MenuItem } from './menu-entries.ts';

export const MENU_POPUP =
  'max-h-[70vh] min-w-44 overflow-auto rounded-md border border-line-strong bg-raised p-1 shadow-pop outline-none';
const ROW =
  'flex h-7 cursor-default items-center gap-2 rounded px-2 text-sm outline-none select-none data-[highlighted]:bg-accent-soft data-[disabled]:opacity-45';

/** The rows of a menu; context menus are built from the same. */
export function MenuItems({ items }: { items: MenuEntry[] }) {
  return items.map((entry) => {
    switch (entry.kind) {
      case 'separator':
        return <Base.Separator key={entry.id} className="my-1 h-px bg-line" />;
      case 'heading':
        return (
          <div key={entry.id} className="px-2 pt-1.5 pb-1 text-2xs font-semibold text-faint">
            {entry.label}
          </div>
        );
      case 'submenu':
        return (
          <Base.SubmenuRoot key={entry.id}>
            <Base.SubmenuTrigger className={ROW}>
              {entry.icon ? <entry.icon size={15} className="text-dim" aria-hidden /> : <span className="w-[15px]" />}
              <span className="flex-1">{entry.label}</span>
              <ChevronRight size={14} className="text-faint" aria-hidden />
            </Base.SubmenuTrigger>
            <Base.Portal>
              <Base.Positioner sideOffset={2} className="z-[55]">
                <Base.Popup className={MENU_POPUP}>
                  <MenuItems items={entry.items} />
                </Base.Popup>
              </Base.Positioner>
            </Base.Portal>
          </Base.SubmenuRoot>
        );
      default:
        return <Item key={entry.id} item={entry} />;
    }
  });
}

function Item({ item }: { item: MenuItem }) {
  const content = (
    <>
      {item.checked !== undefined ? (
        <span className="w-[15px]">{item.checked && <Check size={15} className="text-accent" aria-hidden />}</span>
      ) : item.icon ? (
        <item.icon size={15} className={item.danger ? '' : 'text-dim'} aria-hidden />
      ) : (
        <span className="w-[15px]" />
      )}
      <span className="flex-1 whitespace-nowrap">{item.label}</span>
      {item.shortcut && <KeyHint keys={item.shortcut} className="ml-4" />}
    </>
  );
  const shared = { disabled: item.disabled, label: item.label, onClick: item.onSelect };
  const className = classNames(ROW, item.danger && 'text-bad');
  return item.checked === undefined ? (
    <Base.Item {...shared} className={className}>
      {content}
    </Base.Item>
  ) : (
    <Base.CheckboxItem {...shared} checked={item.checked} closeOnClick className={className}>
      {content}
    </Base.CheckboxItem>
  );
}
