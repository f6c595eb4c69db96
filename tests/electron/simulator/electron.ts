import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { BrowserWindow, closeBrowser } from './browser-window.ts';
import { answerCommands } from './answer-commands.ts';
import { ipcHandlers, protocolHandlers, seen, sessionRules } from './state.ts';

// The module `electron` for the built main: what it uses, no more, so that a new use fails loudly.

const userFolder = process.env['SIMULATOR_USER'] ?? '';

class App extends EventEmitter {
  readonly isPackaged = false;
  whenReady() {
    return Promise.resolve();
  }
  requestSingleInstanceLock() {
    return true;
  }
  enableSandbox() {
    seen.isSandboxOn = true;
  }
  getVersion() {
    return '9.9.9';
  }
  getAppPath() {
    return join(import.meta.dirname, '../../../electron');
  }
  getPath(name: string) {
    return join(userFolder, name);
  }
  quit() {
    let isHeld = false;
    this.emit('will-quit', { preventDefault: () => (isHeld = true) });
    if (!isHeld) this.exit(0);
  }
  exit(code: number) {
    void closeBrowser().finally(() => process.exit(code));
  }
}

const app = new App();
BrowserWindow.onCreated = (contents) => app.emit('web-contents-created', {}, contents);

const ipcMain = {
  handle(channel: string, handler: (event: unknown, ...values: unknown[]) => unknown) {
    if (ipcHandlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    ipcHandlers.set(channel, handler);
    seen.channels.push(channel);
  },
};

const protocol = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme: string, handler: (request: { url: string; method: string }) => Promise<Response>) =>
    protocolHandlers.set(scheme, handler),
};

const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: typeof sessionRules.onRequest) => (sessionRules.onRequest = handler),
    setPermissionCheckHandler: (handler: typeof sessionRules.onCheck) => (sessionRules.onCheck = handler),
    setDevicePermissionHandler: () => undefined,
    webRequest: {
      onBeforeRequest: (handler: typeof sessionRules.beforeRequest) => (sessionRules.beforeRequest = handler),
    },
  },
};

interface Entry {
  label?: string;
  click?: () => void;
  submenu?: Entry[];
}
let bar: Entry[] = [];
const Menu = {
  buildFromTemplate: (template: Entry[]) => template,
  setApplicationMenu: (menu: Entry[]) => (bar = menu),
};

const dialog = {
  showMessageBox({ message, detail }: { message: string; detail?: string }) {
    seen.questions.push(`${message} ${detail ?? ''}`.trim());
    return Promise.resolve({ response: 0 });
  },
  showMessageBoxSync({ message }: { message: string }) {
    seen.questions.push(message);
    return 0;
  },
  showErrorBox: (_title: string, text: string) => seen.errors.push(text),
};

const shell = { openExternal: (url: string) => Promise.resolve(void seen.opened.push(url)) };
const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };

const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptString: (text: string) => Buffer.from(`sealed:${Buffer.from(text).toString('base64')}`),
  decryptString: (sealed: Buffer) => Buffer.from(sealed.toString().slice('sealed:'.length), 'base64').toString(),
};

let host: ChildProcess | undefined;
const utilityProcess = {
  fork(program: string) {
    const child = fork(program, [], {
      execArgv: ['--import', join(import.meta.dirname, 'parent-port.ts')],
      serialization: 'advanced',
    });
    host = child;
    seen.hostPid = child.pid;
    return {
      postMessage: (message: object) => child.connected && child.send(message),
      on: (event: string, listener: (value: unknown) => void) => child.on(event, listener),
      kill: () => child.kill(),
    };
  },
};

answerCommands({
  clickMenu(labels) {
    let entries = bar;
    let found: Entry | undefined;
    for (const label of labels) {
      found = entries.find((entry) => entry.label?.replace('&', '') === label);
      entries = found?.submenu ?? [];
    }
    if (!found?.click) throw new Error(`The menu has no entry ${labels.join(' › ')}`);
    found.click();
  },
  killHost: () => host?.kill('SIGKILL'),
  secondInstance: () => app.emit('second-instance'),
  quit: () => app.quit(),
});

export { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, screen, session, shell, utilityProcess };
