import { HOST_EVENT_CHANNEL, type HostEvent } from '@casare/shared';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { setupProtocol, setupScheme } from './app-protocol.ts';
import { readMainConfig } from './config.ts';
import { forkHost } from './fork-host.ts';
import { type HostProcess, startHostProcess } from './host-process.ts';
import { setupIpc } from './ipc.ts';
import { createKeychain } from './keychain.ts';
import { menuTemplate } from './menu.ts';
import { askAboutLink, askAboutPlainKey, askAboutUnsaved, showAbout } from './questions.ts';
import { openLink } from './security/external-links.ts';
import { setupNavigation } from './security/navigation.ts';
import { setupPermissions } from './security/permissions.ts';
import { openWindow, windowOptions } from './window.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

const config = readMainConfig(process.env, {
  isPackaged: app.isPackaged,
  platform: process.platform,
  version: app.getVersion(),
  appFolder: app.getAppPath(),
  resourcesFolder: process.resourcesPath,
  userFolder: app.getPath('userData'),
  homeFolder: app.getPath('home'),
});

function tellPages(name: HostEvent, payload: unknown): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(HOST_EVENT_CHANNEL, name, payload);
}

function setupHost(): HostProcess {
  const keychainAt = (path: string) =>
    createKeychain({
      storage: safeStorage,
      platform: process.platform,
      path,
      agreeToPlain: () => askAboutPlainKey(dialog),
    });
  return startHostProcess({
    places: config.places,
    fork: () => forkHost(utilityProcess, config.hostProgram),
    keychains: { fleetKey: keychainAt(config.keyPath), vaultKey: keychainAt(`${config.keyPath}.vault`) },
    emit: tellPages,
  });
}

function setupMenu(): void {
  const template = menuTemplate({
    platform: process.platform,
    isPackaged: app.isPackaged,
    choose: (id) => tellPages('app.action', { id }),
    showAbout: () => void showAbout(dialog, app.getVersion()),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function showWindow(): void {
  const [open] = BrowserWindow.getAllWindows();
  if (open) {
    if (open.isMinimized()) open.restore();
    open.focus();
    return;
  }
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const state = readWindowState(config.windowStatePath, screens);
  openWindow((options) => new BrowserWindow(options), windowOptions(config.preload, state, app.isPackaged), state, {
    keep: (next) => keepWindowState(config.windowStatePath, next),
    mayLeave: () => askAboutUnsaved(dialog),
  });
}

function setupQuit(host: HostProcess): void {
  let isStopped = false;
  // Not earlier: a window with unsaved changes may still say no, and saves a draft while it closes.
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void host.stop().finally(() => {
      isStopped = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  setupProtocol(protocol, config.studioFolder);
  setupPermissions(session.defaultSession);
  const host = setupHost();
  setupIpc(ipcMain, host.call);
  setupMenu();
  setupQuit(host);
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  showWindow();
}

// A second start shows the window of the first.
if (app.requestSingleInstanceLock()) {
  setupScheme(protocol);
  app.enableSandbox();
  setupNavigation(app, (address) => {
    void openLink(address, { open: (url) => shell.openExternal(url), ask: (url) => askAboutLink(dialog, url) });
  });
  start().catch((error: unknown) => {
    dialog.showErrorBox('CasareRPA cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
} else {
  app.quit();
}
