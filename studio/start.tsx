import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { findHost } from './host/find-host.ts';
import { startTexts } from './i18n/texts.ts';
import { createThemeStore } from './theme/theme-store.ts';
import './styles/app.css';

/** Finds out where the page lives and draws it. */
export async function startStudio(document: Document): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no element with the id "root"');
  await startTexts();
  createRoot(root).render(<App host={findHost({ window, document })} theme={createThemeStore(window)} />);
}
