import { AppError } from '@casare/shared';
import type { DesktopArea, DesktopWindow, WindowAction } from '../../desktop.ts';
import type { XConnection } from './connection.ts';
import { getNumbers, getProperty, tellWindowManager, words } from './requests.ts';

type Atoms = (name: string) => Promise<number>;

/** The windows that a person would call windows; what the window manager does not list is not there for it. */
export async function listWindows(x: XConnection, atom: Atoms): Promise<DesktopWindow[]> {
  const [active = 0] = await getNumbers(x, x.root, await atom('_NET_ACTIVE_WINDOW'));
  const listed = await getNumbers(x, x.root, await atom('_NET_CLIENT_LIST_STACKING'));
  const ids = listed.length > 0 || (await hasManager(x, atom)) ? listed : await topLevels(x);
  const found = await Promise.all(ids.map((id) => describe(x, atom, id, active)));
  // The uppermost first.
  return found.filter((window) => window !== undefined).toReversed();
}

/** Without a window manager: what is shown and has a name. */
async function topLevels(x: XConnection): Promise<number[]> {
  const tree = await x.ask({ opcode: 15, body: words(x.root) });
  const ids = Array.from({ length: tree?.readUInt16LE(16) ?? 0 }, (_, i) => tree?.readUInt32LE(32 + i * 4) ?? 0);
  const shown = await Promise.all(
    ids.map(async (id) => (await x.ask({ opcode: 3, body: words(id) }))?.readUInt8(26) === 2 && (await titleOf(x, id))),
  );
  return ids.filter((_, i) => typeof shown[i] === 'string' && shown[i] !== '');
}

async function hasManager(x: XConnection, atom: Atoms): Promise<boolean> {
  return (await getNumbers(x, x.root, await atom('_NET_SUPPORTING_WM_CHECK'))).length > 0;
}

const WM_NAME = 39;
const WM_CLASS = 67;

async function titleOf(x: XConnection, id: number, utf8Name?: number): Promise<string> {
  const named = utf8Name === undefined ? undefined : await getProperty(x, id, utf8Name);
  if (named && named.bytes.length > 0) return named.bytes.toString('utf8');
  return (await getProperty(x, id, WM_NAME))?.bytes.toString('latin1') ?? '';
}

/** Undefined when it has gone meanwhile. */
async function describe(x: XConnection, atom: Atoms, id: number, active: number): Promise<DesktopWindow | undefined> {
  const [title, classes, [pid], states, bounds] = await Promise.all([
    titleOf(x, id, await atom('_NET_WM_NAME')),
    getProperty(x, id, WM_CLASS),
    getNumbers(x, id, await atom('_NET_WM_PID')),
    getNumbers(x, id, await atom('_NET_WM_STATE')),
    boundsOf(x, atom, id),
  ]);
  if (!bounds) return undefined;
  const has = async (name: string) => states.includes(await atom(`_NET_WM_STATE_${name}`));
  const state = (await has('HIDDEN'))
    ? 'minimized'
    : (await has('FULLSCREEN'))
      ? 'fullscreen'
      : (await has('MAXIMIZED_VERT')) && (await has('MAXIMIZED_HORZ'))
        ? 'maximized'
        : 'normal';
  return {
    id: `0x${id.toString(16)}`,
    title,
    className: classes?.bytes.toString('latin1').split('\0')[1] ?? '',
    pid: pid ?? null,
    bounds,
    state,
    isActive: id === active,
  };
}

async function boundsOf(x: XConnection, atom: Atoms, id: number): Promise<DesktopArea | undefined> {
  const origin = Buffer.concat([words(id, x.root), words(0)]);
  const [geometry, place, { left, right, top, bottom }] = await Promise.all([
    x.ask({ opcode: 14, body: words(id) }),
    x.ask({ opcode: 40, body: origin }),
    frameOf(x, atom, id),
  ]);
  if (!geometry || !place) return undefined;
  return {
    x: place.readInt16LE(12) - left,
    y: place.readInt16LE(14) - top,
    width: geometry.readUInt16LE(16) + left + right,
    height: geometry.readUInt16LE(18) + top + bottom,
  };
}

/** What the window manager draws around a window. */
async function frameOf(x: XConnection, atom: Atoms, id: number) {
  const [left = 0, right = 0, top = 0, bottom = 0] = await getNumbers(x, id, await atom('_NET_FRAME_EXTENTS'));
  return { left, right, top, bottom };
}

export async function changeWindow(
  x: XConnection,
  atom: Atoms,
  request: { id: string; action: WindowAction } & Partial<DesktopArea>,
): Promise<null> {
  const id = Number(request.id);
  const tell = async (message: string, ...data: number[]) => tellWindowManager(x, id, await atom(message), data);
  const setState = async (add: boolean, first: string, second?: string) => {
    const names = [await atom(first), second === undefined ? 0 : await atom(second)];
    await tell('_NET_WM_STATE', add ? 1 : 0, ...names, 2);
  };
  const maximized = ['_NET_WM_STATE_MAXIMIZED_VERT', '_NET_WM_STATE_MAXIMIZED_HORZ'] as const;
  if (!(await hasManager(x, atom))) return changeUnmanaged(x, atom, id, request);
  const restore = async () => {
    await setState(false, ...maximized);
    await setState(false, '_NET_WM_STATE_FULLSCREEN');
  };
  switch (request.action) {
    case 'activate':
      await tell('_NET_ACTIVE_WINDOW', 2, 0, 0);
      break;
    case 'maximize':
      await tell('_NET_ACTIVE_WINDOW', 2, 0, 0);
      await setState(true, ...maximized);
      break;
    case 'minimize':
      await tell('WM_CHANGE_STATE', 3);
      break;
    case 'restore':
      await restore();
      await tell('_NET_ACTIVE_WINDOW', 2, 0, 0);
      break;
    case 'close':
      await tell('_NET_CLOSE_WINDOW', 0, 2);
      break;
    case 'move':
    case 'resize': {
      await restore();
      const { left, right, top, bottom } = await frameOf(x, atom, id);
      const size = [(request.width ?? 0) - left - right, (request.height ?? 0) - top - bottom];
      const flags =
        request.action === 'move' ? 0x3_00 : request.x === undefined || request.y === undefined ? 0xc_00 : 0xf_00;
      // Gravity NorthWest: the place is that of the frame. Source 2: asked for by a person's tool.
      const place = [Math.round(request.x ?? 0), Math.round(request.y ?? 0)];
      await tell('_NET_MOVERESIZE_WINDOW', 0x20_01 | flags, ...place, ...size.map((n) => Math.max(1, Math.round(n))));
      break;
    }
  }
  await x.sync();
  return null;
}

async function changeUnmanaged(
  x: XConnection,
  atom: Atoms,
  id: number,
  { action, x: left, y: top, width, height }: { action: WindowAction } & Partial<DesktopArea>,
): Promise<null> {
  const configure = (mask: number, ...values: number[]) =>
    x.tell({ opcode: 12, body: words(id, mask, ...values.map((value) => Math.round(value))) });
  if (action === 'activate') {
    x.tell({ opcode: 8, body: words(id) });
    configure(0x40, 0);
    x.tell({ opcode: 42, data: 1, body: words(id, 0) });
  } else if (action === 'move') configure(3, left ?? 0, top ?? 0);
  else if (action === 'resize') configure(12, width ?? 1, height ?? 1);
  else if (action === 'close') {
    const event = Buffer.alloc(32);
    event.writeUInt8(33, 0);
    event.writeUInt8(32, 1);
    event.writeUInt32LE(id, 4);
    event.writeUInt32LE(await atom('WM_PROTOCOLS'), 8);
    event.writeUInt32LE(await atom('WM_DELETE_WINDOW'), 12);
    x.tell({ opcode: 25, body: Buffer.concat([words(id, 0), event]) });
  } else
    throw new AppError(
      'DESKTOP_FAILED',
      `A window cannot be ${action === 'restore' ? 'restored' : `${action}d`} here: no window manager runs on this display. Start one, such as openbox.`,
      { details: { action } },
    );
  await x.sync();
  return null;
}
