import { createContext, use, useSyncExternalStore } from 'react';
import type { Theme, ThemeChoice, ThemeStore } from './theme-store.ts';

export const ThemeContext = createContext<ThemeStore | undefined>(undefined);

export function useTheme(): { choice: ThemeChoice; theme: Theme; set: (choice: ThemeChoice) => void } {
  const store = use(ThemeContext);
  if (!store) throw new Error('useTheme needs a ThemeContext above it');
  return { ...useSyncExternalStore(store.subscribe, store.get), set: store.set };
}
