import type { RobotCommand, RobotServerMessages } from '@casare/shared';
import { io, type Socket } from 'socket.io-client';

export interface RobotConnection {
  readonly connected: boolean;
  close(): void;
}

export interface ConnectionHandlers {
  onWake(): void;
  /** Connected, also again: hints may have been missed, and the orchestrator is back. */
  onConnect(): void;
  onCancel(jobId: string): void;
  onCommand(command: RobotCommand): void;
}

/** The live line to the orchestrator: only hints, each of which the REST calls bring too. */
export function openConnection(
  url: string,
  key: string,
  instanceId: string,
  handlers: ConnectionHandlers,
): RobotConnection {
  const socket: Socket<RobotServerMessages> = io(`${url}/robots`, {
    transports: ['websocket'],
    auth: { key, instanceId },
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 1,
  });
  socket.on('wake', handlers.onWake);
  socket.on('cancel', handlers.onCancel);
  socket.on('command', handlers.onCommand);
  socket.on('connect', handlers.onConnect);
  return {
    get connected() {
      return socket.connected;
    },
    close: () => void socket.disconnect(),
  };
}
