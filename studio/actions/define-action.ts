import type { LucideIcon } from 'lucide-react';

export type ActionGroup = 'general' | 'go' | 'view' | 'edit' | 'run' | 'file' | 'fleet';

/** Something a person can do: one declaration feeds menus, the command palette, shortcuts and the cheat sheet. */
export interface Action {
  /** Unique, e.g. `editor.duplicate`. */
  id: string;
  /** What it does, as a menu says it. */
  label: string;
  group?: ActionGroup;
  icon?: LucideIcon;
  /** E.g. `Ctrl+D`, `F5`, `?`; several when more than one key does it, the first is shown. */
  shortcut?: string | readonly string[];
  /** Whether it can be done now; absent: always. */
  when?: () => boolean;
  run: () => void | Promise<void>;
  /** Further words the palette finds it by. */
  keywords?: readonly string[];
  /** Left out of the palette: it only makes sense by key. */
  hidden?: boolean;
  /** Works while the focus is inside a dialog. Default false. */
  inDialogs?: boolean;
}

/** Checks an action where it is written; a place for defaults. */
export function defineAction(action: Action): Action {
  return action;
}

export function firstShortcut(action: Action): string | undefined {
  return typeof action.shortcut === 'string' ? action.shortcut : action.shortcut?.[0];
}

export function allShortcuts(action: Action): readonly string[] {
  if (action.shortcut === undefined) return [];
  return typeof action.shortcut === 'string' ? [action.shortcut] : action.shortcut;
}

export function isEnabled(action: Action): boolean {
  return action.when?.() ?? true;
}
