import {
  AppError,
  HOST_CALL_CHANNEL,
  HOST_EVENT_CHANNEL,
  HOST_SOCKET_PATH,
  type HostAnswer,
  type StudioHost,
} from '@casare/shared';
import { io } from 'socket.io-client';
import { openAnswer } from './answer.ts';
import { createHostListeners, createSwitch } from './host-listeners.ts';

/** A call waits this long for the connection to come back before it fails. */
const RECONNECT_MS = 10_000;

/** The host behind Socket.IO on the origin that served the page. */
export function createSocketHost(token: string): StudioHost {
  const listeners = createHostListeners();
  const connection = createSwitch(false);
  const socket = io({
    path: HOST_SOCKET_PATH,
    auth: { token },
    transports: ['websocket'],
    reconnectionDelayMax: 2000,
  });
  socket.on('connect', () => connection.set(true));
  socket.on('disconnect', () => connection.set(false));
  socket.on(HOST_EVENT_CHANNEL, listeners.emit);

  const waitForConnection = () =>
    new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer);
        socket.off('connect', onConnect);
        socket.off('connect_error', onRefused);
        if (error) reject(error);
        else resolve();
      };
      const onConnect = () => done();
      // The server spoke and said no (a wrong token): trying again cannot help.
      const onRefused = (error: Error) => {
        if (!socket.active)
          done(
            new AppError(
              'UNAUTHENTICATED',
              `The local host refused this page: ${error.message}. Start the studio again and open the address it prints.`,
            ),
          );
      };
      const timer = setTimeout(
        () =>
          done(
            new AppError(
              'UNAVAILABLE',
              'The local host does not answer. Check that the program that opened this page still runs.',
              { retryable: true },
            ),
          ),
        RECONNECT_MS,
      );
      socket.on('connect', onConnect);
      socket.on('connect_error', onRefused);
    });

  return {
    call: async (name, request) => {
      if (!socket.connected) await waitForConnection();
      const answer = await new Promise<HostAnswer>((resolve) => {
        // Without this a call that is under way when the connection is cut would never settle.
        const onCut = () => {
          resolve({
            ok: false,
            error: {
              code: 'UNAVAILABLE',
              message: 'The connection to the local host was cut before it answered. Try again.',
              retryable: true,
            },
          });
        };
        socket.once('disconnect', onCut);
        socket.emit(HOST_CALL_CHANNEL, name, request, (reply: HostAnswer) => {
          socket.off('disconnect', onCut);
          resolve(reply);
        });
      });
      return openAnswer(name, answer);
    },
    on: listeners.on,
    onConnection: connection.watch,
  };
}
