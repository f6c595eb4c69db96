const onWindows = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'windir'];
const elsewhere = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'USER',
  'DISPLAY',
  'XAUTHORITY',
  'DBUS_SESSION_BUS_ADDRESS',
];

/** What a program needs to come upon the desktop; nothing else of this process, which may hold keys. */
export function desktopEnvironment(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const found = (process.platform === 'win32' ? onWindows : elsewhere).flatMap((name) => {
    // oxlint-disable-next-line node/no-process-env -- which display is the one of this session stands nowhere else.
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), ...given };
}

/** The same for all who share a mouse. */
export function desktopName({ DISPLAY = '' }: Readonly<Record<string, string>>): string {
  return process.platform === 'linux' ? DISPLAY.replace(/^unix/, '').replace(/\.\d+$/, '') : process.platform;
}
