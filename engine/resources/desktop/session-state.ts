import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asAppError } from '@casare/shared';
import { desktopEnvironment } from './environment.ts';
import { connectX, type XConnection } from './x11/connection.ts';
import { words } from './x11/requests.ts';

/** What a run that works with the desktop would find; `undefined` where the system does not tell. */
export interface SessionState {
  /** Why there is no desktop at all; absent when there is one. */
  missing?: string;
  width?: number;
  height?: number;
  locked?: boolean;
  screensaver?: boolean;
  /** Keys and clicks of programs are taken. */
  takesInput?: boolean;
  /** A remote session whose window is closed or minimised: nothing is drawn. */
  detached?: boolean;
}

/** How one kind of system is asked. */
type SessionProbe = (environment: Readonly<Record<string, string>>) => Promise<SessionState>;

const probes: Partial<Record<NodeJS.Platform, SessionProbe>> = { linux: askX11, win32: askWindows };

export function readSession(given?: Readonly<Record<string, string>>): Promise<SessionState> {
  const probe = probes[process.platform];
  return probe ? probe(desktopEnvironment(given)) : Promise.resolve({});
}

async function askX11(environment: Readonly<Record<string, string>>): Promise<SessionState> {
  let x: XConnection;
  try {
    x = await connectX(environment);
  } catch (error) {
    return { missing: asAppError(error).message };
  }
  try {
    const [screensaver, xtest, locked] = await Promise.all([screensaverOf(x), extension(x, 'XTEST'), isLocked()]);
    return {
      width: x.width,
      height: x.height,
      takesInput: xtest !== undefined,
      ...(screensaver !== undefined && { screensaver }),
      ...(locked !== undefined && { locked }),
    };
  } finally {
    x.close();
  }
}

async function extension(x: XConnection, name: string): Promise<number | undefined> {
  const text = Buffer.from(name, 'latin1');
  const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4);
  text.copy(padded);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(text.length, 0);
  const reply = await x.ask({ opcode: 98, body: Buffer.concat([head, padded]) });
  return reply?.readUInt8(8) === 1 ? reply.readUInt8(9) : undefined;
}

/** State 1: it covers the screen now. */
async function screensaverOf(x: XConnection): Promise<boolean | undefined> {
  const major = await extension(x, 'MIT-SCREEN-SAVER');
  if (major === undefined) return undefined;
  const reply = await x.ask({ opcode: major, data: 1, body: words(x.root) });
  return reply && reply.readUInt8(1) === 1;
}

/** What the login manager says of this session; without one nobody locks it. */
async function isLocked(): Promise<boolean | undefined> {
  // oxlint-disable-next-line node/no-process-env -- which session this process belongs to stands nowhere else.
  const id = process.env['XDG_SESSION_ID'];
  if (id === undefined) return undefined;
  const said = await outputOf('loginctl', ['show-session', id, '--property=LockedHint', '--value']);
  return said === undefined ? undefined : said.trim() === 'yes';
}

/** Windows draws nothing and takes no input while the session is locked or its remote window is away. */
async function askWindows(): Promise<SessionState> {
  const said = await outputOf('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_QUESTION]);
  if (said === undefined) return {};
  const { locked, width, height, state } = JSON.parse(said) as Record<string, unknown>;
  return {
    ...(typeof locked === 'boolean' && { locked }),
    ...(typeof width === 'number' && { width }),
    ...(typeof height === 'number' && { height }),
    ...(typeof state === 'string' && { detached: state !== 'Active' }),
  };
}

const WINDOWS_QUESTION = `
Add-Type -AssemblyName System.Windows.Forms
$session = (Get-Process -Id $PID).SessionId
$locked = @(Get-Process -Name LogonUI -ErrorAction SilentlyContinue | Where-Object SessionId -eq $session).Count -gt 0
$bounds = [System.Windows.Forms.Screen]::PrimaryScreen.Bounds
$line = (query session $session 2>$null | Select-Object -Skip 1) -join ' '
$state = if ($line -match 'Disc') { 'Disconnected' } else { 'Active' }
@{ locked = $locked; width = $bounds.Width; height = $bounds.Height; state = $state } | ConvertTo-Json -Compress`;

async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, [...args], { timeout: 5000, encoding: 'utf8' })).stdout;
  } catch {
    return undefined;
  }
}
