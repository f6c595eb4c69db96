export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

export interface ThemeStore {
  get: () => { choice: ThemeChoice; theme: Theme };
  set: (choice: ThemeChoice) => void;
  subscribe: (listener: () => void) => () => void;
}

/** Same key and rules as public/theme-boot.js, which sets the theme before the first paint. */
const STORAGE_KEY = 'casare.theme';

export function createThemeStore(window: Window): ThemeStore {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  const listeners = new Set<() => void>();
  const resolve = (choice: ThemeChoice) => {
    const theme: Theme = choice === 'system' ? (media.matches ? 'dark' : 'light') : choice;
    return { choice, theme };
  };
  let state = resolve(readChoice(window));
  const apply = (choice: ThemeChoice) => {
    state = resolve(choice);
    window.document.documentElement.dataset.theme = state.theme;
    for (const listener of [...listeners]) listener();
  };
  media.addEventListener('change', () => apply(state.choice));
  window.addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY) apply(readChoice(window));
  });
  return {
    get: () => state,
    set: (choice) => {
      try {
        window.localStorage.setItem(STORAGE_KEY, choice);
      } catch {
        // Storage can be blocked; the choice then lasts as long as the page.
      }
      apply(choice);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readChoice(window: Window): ThemeChoice {
  try {
    const stored = window.localStorage.getItem(STORAGE_KEY);
    return stored === 'dark' || stored === 'light' ? stored : 'system';
  } catch {
    return 'system';
  }
}
