import { EventEmitter } from 'node:events';
import { HOST_EVENT_CHANNEL } from '@casare/shared';
import { beforeEach, expect, test, vi } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

// The module `electron` as main sees it, writing down in order what is asked of it. Nothing of ours is replaced.
const electron = vi.hoisted(() => {
  const state = { calls: [] as string[], isFirst: true, windows: [] as unknown[], channels: [] as string[], answer: 1 };
  return { state };
});

class Contents extends EventEmitter {
  sent: unknown[][] = [];
  setWindowOpenHandler = vi.fn<(handler: unknown) => void>();
  reload = vi.fn<() => void>();
  send(...values: unknown[]) {
    this.sent.push(values);
  }
}

class Window extends EventEmitter {
  static getAllWindows = () => electron.state.windows as Window[];
  webContents = new Contents();
  focus = vi.fn<() => void>();
  show = vi.fn<() => void>();
  maximize = vi.fn<() => void>();
  isMinimized = () => false;
  isMaximized = () => false;
  getNormalBounds = () => ({ x: 0, y: 0, width: 900, height: 700 });
  loaded: string[] = [];
  options: Electron.BrowserWindowConstructorOptions;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    electron.state.windows.push(this);
  }
  async loadURL(url: string) {
    this.loaded.push(url);
  }
}

const app = new EventEmitter();
const child = Object.assign(new EventEmitter(), {
  postMessage: vi.fn<(message: unknown) => void>(),
  kill: vi.fn<() => void>(),
});
const note =
  (name: string) =>
  (..._values: unknown[]) =>
    void electron.state.calls.push(name);

vi.mock('electron', () => ({
  app: Object.assign(app, {
    isPackaged: false,
    getVersion: () => '1.0.0',
    getAppPath: () => '/program/electron',
    getPath: (name: string) => `/nowhere/${name}`,
    requestSingleInstanceLock: () => electron.state.isFirst,
    enableSandbox: note('enableSandbox'),
    quit: note('quit'),
    exit: note('exit'),
    whenReady: async () => note('ready')(),
  }),
  BrowserWindow: Window,
  dialog: {
    showErrorBox: note('showErrorBox'),
    showMessageBox: async () => ({ response: 1 }),
    showMessageBoxSync: () => electron.state.answer,
  },
  ipcMain: { handle: (channel: string) => void electron.state.channels.push(channel) },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: note('menu') },
  protocol: { registerSchemesAsPrivileged: note('registerSchemes'), handle: note('protocol') },
  safeStorage: {},
  screen: { getAllDisplays: () => [] },
  session: {
    defaultSession: {
      setPermissionRequestHandler: note('permissionRequest'),
      setPermissionCheckHandler: note('permissionCheck'),
      setDevicePermissionHandler: note('devicePermission'),
      webRequest: { onBeforeRequest: note('requestFilter') },
    },
  },
  shell: {},
  utilityProcess: {
    fork: (program: string) => {
      note(`fork ${program}`)();
      return child;
    },
  },
}));

beforeEach(() => {
  Object.assign(electron.state, { calls: [], isFirst: true, windows: [], channels: [] });
  app.removeAllListeners();
  child.removeAllListeners();
  vi.resetModules();
});

async function boot(): Promise<Window> {
  await import('../../../electron/main/main.ts');
  return waitFor(() => Window.getAllWindows()[0]);
}

test('everything that guards the page stands before the first window', async () => {
  const window = await boot();
  expect(electron.state.calls).toEqual([
    'registerSchemes',
    'enableSandbox',
    'ready',
    'protocol',
    'permissionRequest',
    'permissionCheck',
    'devicePermission',
    'requestFilter',
    'fork /program/electron/dist/host/utility.mjs',
    'menu',
  ]);
  expect(app.listenerCount('web-contents-created')).toBe(1);
  expect(electron.state.channels).toEqual(['casare:call']);
  expect(window.loaded).toEqual(['app://studio/']);
});

test('the window is hardened, and no weakening option is set', async () => {
  const { options } = await boot();
  expect(options.webPreferences).toEqual({
    preload: '/program/electron/dist/preload/preload.cjs',
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
    devTools: true,
  });
});

test('events of the host go to the page by one channel', async () => {
  const window = await boot();
  child.emit('message', { type: 'event', name: 'files.changed', payload: {} });
  expect(window.webContents.sent).toEqual([[HOST_EVENT_CHANNEL, 'files.changed', {}]]);
});

test('a page that dies is loaded again once, not for ever', async () => {
  const window = await boot();
  window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(window.webContents.reload).not.toHaveBeenCalled();
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(window.webContents.reload).toHaveBeenCalledOnce();
});

test('a page with unsaved changes stays unless the person leaves it all the same', async () => {
  const window = await boot();
  const preventDefault = vi.fn<() => void>();
  window.webContents.emit('will-prevent-unload', { preventDefault });
  expect(preventDefault).not.toHaveBeenCalled();
  electron.state.answer = 0;
  window.webContents.emit('will-prevent-unload', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

test('a second start shows the window of the first and ends without one of its own', async () => {
  const window = await boot();
  app.emit('second-instance');
  expect(window.focus).toHaveBeenCalledOnce();
  expect(Window.getAllWindows()).toHaveLength(1);

  vi.resetModules();
  Object.assign(electron.state, { calls: [], isFirst: false, windows: [] });
  await import('../../../electron/main/main.ts');
  expect(electron.state.calls).toEqual(['quit']);
  expect(Window.getAllWindows()).toEqual([]);
});

test('the program ends when the host has ended', async () => {
  await boot();
  const preventDefault = vi.fn<() => void>();
  app.emit('will-quit', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
  expect(electron.state.calls).not.toContain('quit');
  expect(child.postMessage).toHaveBeenLastCalledWith({ type: 'stop' });
  child.emit('exit');
  await waitFor(() => electron.state.calls.includes('quit'));
});
