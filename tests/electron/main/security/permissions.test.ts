import { expect, test } from 'vitest';
import { setupPermissions } from '../../../../electron/main/security/permissions.ts';

type Session = Parameters<typeof setupPermissions>[0];
type Ask = (contents: null, permission: string, decide: (granted: boolean) => void, details: object) => void;
type Check = (contents: null, permission: string, origin: string, details: object) => boolean;
type Filter = (details: { url: string }, decide: (answer: { cancel?: boolean }) => void) => void;

function setup() {
  let ask: Ask | undefined;
  let check: Check | undefined;
  let device: (() => boolean) | undefined;
  let filter: Filter | undefined;
  setupPermissions({
    setPermissionRequestHandler: (handler: unknown) => (ask = handler as Ask),
    setPermissionCheckHandler: (handler: unknown) => (check = handler as Check),
    setDevicePermissionHandler: (handler: unknown) => (device = handler as () => boolean),
    webRequest: { onBeforeRequest: (handler: unknown) => (filter = handler as Filter) },
  } as unknown as Session);
  return {
    isGranted(permission: string, address = 'app://studio/', isMainFrame = true) {
      let granted: boolean | undefined;
      ask?.(null, permission, (answer) => (granted = answer), { requestingUrl: address, isMainFrame });
      return [granted, check?.(null, permission, address, { isMainFrame })];
    },
    device: () => device?.(),
    isCancelled(url: string) {
      let cancelled: boolean | undefined;
      filter?.({ url }, ({ cancel }) => (cancelled = cancel));
      return cancelled;
    },
  };
}

test.each([
  'clipboard-read',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hid',
  'idle-detection',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'notifications',
  'openExternal',
  'pointerLock',
  'serial',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'usb',
  'window-management',
  'unknown',
])('%s is denied when asked for and when checked', (permission) => {
  expect(setup().isGranted(permission)).toEqual([false, false]);
});

test('the clipboard may be written by the studio alone, not by a frame in it', () => {
  const { isGranted } = setup();
  expect(isGranted('clipboard-sanitized-write')).toEqual([true, true]);
  expect(isGranted('clipboard-sanitized-write', 'https://evil.example/')).toEqual([false, false]);
  expect(isGranted('clipboard-sanitized-write', 'app://studio/', false)).toEqual([false, false]);
});

test('devices are denied, and requests leave the studio nowhere', () => {
  const { device, isCancelled } = setup();
  expect(device()).toBe(false);
  for (const url of ['app://studio/assets/main.js', 'data:image/png;base64,AA', 'blob:app://studio/1'])
    expect(isCancelled(url)).toBe(false);
  for (const url of [
    'https://evil.example/',
    'http://127.0.0.1:4777/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'ftp://x/',
  ])
    expect(isCancelled(url)).toBe(true);
});
