import { ContextMenu as Base } from '@base-ui/react/context-menu';
import { type ReactElement, useState } from 'react';
import { MENU_POPUP, MenuItems } from './MenuItems.tsx';
import type { MenuEntry } from './menu-entries.ts';

interface ContextMenuProps {
  /** Asked when the menu opens, so that it can depend on what is under the pointer. */
  items: MenuEntry[] | (() => MenuEntry[]);
  /** The area it belongs to; must take a ref and props. */
  children: ReactElement<Record<string, unknown>>;
}

export function ContextMenu({ items, children }: ContextMenuProps) {
  const [shown, setShown] = useState<MenuEntry[]>([]);
  return (
    <Base.Root onOpenChange={(open) => open && setShown(typeof items === 'function' ? items() : items)}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="z-[55]">
          <Base.Popup className={MENU_POPUP}>
            <MenuItems items={shown} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
