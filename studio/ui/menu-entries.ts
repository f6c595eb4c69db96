import type { LucideIcon } from 'lucide-react';

export interface MenuItem {
  kind?: 'item';
  id: string;
  label: string;
  icon?: LucideIcon;
  shortcut?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Set for choices that are on or off. */
  checked?: boolean;
  onSelect: () => void;
}

/** What a menu shows, top to bottom. */
export type MenuEntry =
  | MenuItem
  | { kind: 'separator'; id: string }
  | { kind: 'heading'; id: string; label: string }
  | { kind: 'submenu'; id: string; label: string; icon?: LucideIcon; items: MenuEntry[] };
