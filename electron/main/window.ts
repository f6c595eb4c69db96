import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { STUDIO_URL } from './origin.ts';
import type { WindowState } from './window-state.ts';

/** A page that dies twice within this time is not loaded again: it would go on for ever. */
const RELOAD_MS = 10_000;

/** A studio window's options; `tests/electron/main` holds them to the list of docs/studio-security.md. */
export function windowOptions(
  preload: string,
  state: WindowState | undefined,
  isPackaged: boolean,
): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    ...state?.bounds,
    minWidth: 800,
    minHeight: 500,
    title: 'CasareRPA',
    backgroundColor: '#111318',
    // Shown when there is something to see.
    show: false,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: !isPackaged,
    },
  };
}

interface WindowPorts {
  keep(state: WindowState): void;
  /** The page holds unsaved changes: whether to leave all the same. */
  mayLeave(): boolean;
}

export function openWindow(
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow,
  options: BrowserWindowConstructorOptions,
  state: WindowState | undefined,
  { keep, mayLeave }: WindowPorts,
): BrowserWindow {
  const window = create(options);
  window.once('ready-to-show', () => {
    if (state?.isMaximized) window.maximize();
    window.show();
  });
  window.on('close', () => keep({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }));
  // Without this a page that asks to stay can never be closed: Electron shows no question of its own.
  window.webContents.on('will-prevent-unload', (event) => {
    if (mayLeave()) event.preventDefault();
  });
  let reloadedAt = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || performance.now() - reloadedAt < RELOAD_MS) return;
    reloadedAt = performance.now();
    window.webContents.reload();
  });
  window.loadURL(STUDIO_URL).catch((error: unknown) => console.error('The studio page could not be loaded:', error));
  return window;
}
