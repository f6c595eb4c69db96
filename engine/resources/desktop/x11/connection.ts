import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AppError } from '@casare/shared';
import { parseDisplay, readCookie, socketsOf } from './address.ts';
import { readSetup, setupRequest, type XSetup } from './setup.ts';

/** A request of the X protocol: its opcode, the byte after it, and what follows the length. */
export interface XRequest {
  opcode: number;
  data?: number;
  body: Buffer;
}

export interface XConnection extends XSetup {
  /** Its reply, from the first byte on. Undefined when the server refuses the request, as it does for a window that is gone. */
  ask(request: XRequest): Promise<Buffer | undefined>;
  /** Requests without a reply. */
  tell(request: XRequest): void;
  /** All that was told has been done. */
  sync(): Promise<void>;
  newId(): number;
  /** Hears events that are sent to its windows. */
  onEvent(listener: (event: Buffer) => void): void;
  readonly isOpen: boolean;
  close(): void;
}

const connectMs = 5000;

/** Speaks with an X server by its core protocol, little end first; DESKTOP_MISSING when there is none. */
export async function connectX(environment: Readonly<Record<string, string | undefined>>): Promise<XConnection> {
  const given = environment['DISPLAY'] ?? '';
  const address = parseDisplay(given);
  if (!address) throw noDisplay(given === '' ? 'DISPLAY is not set' : `DISPLAY is "${given}", which names no display`);
  const cookie = await readCookie(address, environment);
  let reason = '';
  for (const options of socketsOf(address)) {
    const socket = connect(options);
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) });
      socket.write(setupRequest(cookie));
      const setup = await receiveSetup(socket);
      return openConnection(socket, readSetup(setup, address.screen));
    } catch (error) {
      socket.destroy();
      // The first reason counts: the second way in is a guess.
      reason ||= (error as Error).message;
    }
  }
  throw noDisplay(`the display ${given} does not answer (${reason})`);
}

function noDisplay(why: string): AppError {
  return new AppError(
    'DESKTOP_MISSING',
    `There is no desktop here: ${why}. Start the program in a graphical session (X11), or start a screen for it: "Xvfb :99 -screen 0 1920x1080x24" with a window manager, and DISPLAY=:99.`,
    { details: { platform: process.platform } },
  );
}

function receiveSetup(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => end(new Error('it gave no answer')), connectMs);
    const closed = () => end(new Error('it closed the connection'));
    const read = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 8) return;
      const size = 8 + bytes.readUInt16LE(6) * 4;
      if (bytes.length < size) return;
      if (bytes[0] === 1) return end(undefined);
      const said = bytes.subarray(8, 8 + (bytes[1] ?? 0)).toString('latin1');
      end(new Error(`it refused: ${said.trim() || 'no reason given'}`));
    };
    const end = (error: Error | undefined) => {
      clearTimeout(timer);
      socket.off('data', read).off('close', closed).off('error', end);
      if (error) reject(error);
      else resolve(bytes);
    };
    socket.on('data', read).on('close', closed).on('error', end);
  });
}

function openConnection(socket: Socket, setup: XSetup): XConnection {
  const waiting = new Map<number, { resolve(reply: Buffer | undefined): void; reject(error: AppError): void }>();
  const listeners: ((event: Buffer) => void)[] = [];
  const chunks: Buffer[] = [];
  let received = 0;
  let wanted = 32;
  let sequence = 0;
  let ids = 0;
  let isOpen = true;
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isOpen = false;
    for (const { reject } of waiting.values()) reject(lost());
    waiting.clear();
  });
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    // Pictures come in many pieces; they are put together once all are there.
    if (received < wanted) return;
    let bytes = Buffer.concat(chunks);
    for (; bytes.length >= 32; bytes = bytes.subarray(wanted)) {
      wanted = bytes[0] === 1 ? 32 + bytes.readUInt32LE(4) * 4 : 32;
      if (bytes.length < wanted) break;
      take(bytes.subarray(0, wanted));
    }
    if (bytes.length < 32) wanted = 32;
    chunks.splice(0, chunks.length, bytes);
    received = bytes.length;
  });

  function take(packet: Buffer): void {
    if ((packet[0] ?? 0) > 1) {
      for (const listener of listeners) listener(packet);
      return;
    }
    const number = packet.readUInt16LE(2);
    const asked = waiting.get(number);
    waiting.delete(number);
    asked?.resolve(packet[0] === 1 ? packet : undefined);
  }

  function send({ opcode, data = 0, body }: XRequest): number {
    const size = 4 + Math.ceil(body.length / 4) * 4;
    const bytes = Buffer.alloc(size);
    bytes.writeUInt8(opcode, 0);
    bytes.writeUInt8(data, 1);
    bytes.writeUInt16LE(size / 4, 2);
    body.copy(bytes, 4);
    if (isOpen) socket.write(bytes);
    sequence = (sequence + 1) & 0xff_ff;
    return sequence;
  }

  function ask(request: XRequest): Promise<Buffer | undefined> {
    if (!isOpen) return Promise.reject(lost());
    const number = send(request);
    return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }));
  }

  return {
    ...setup,
    ask,
    tell: (request) => void send(request),
    async sync() {
      // GetInputFocus: the cheapest request with a reply, and requests are done in order.
      await ask({ opcode: 43, body: Buffer.alloc(0) });
    },
    newId: () => (setup.idBase | (ids++ & setup.idMask)) >>> 0,
    onEvent: (listener) => void listeners.push(listener),
    get isOpen() {
      return isOpen;
    },
    close() {
      socket.destroy();
    },
  };
}

function lost(): AppError {
  return new AppError(
    'DESKTOP_CRASHED',
    'The display went away while it was in use. Start it again and look at the desktop: nobody knows whether the step was done.',
  );
}
