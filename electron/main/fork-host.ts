import type { utilityProcess } from 'electron';
import type { MessageFromHost } from '../host-messages.ts';
import type { HostChild } from './host-process.ts';

/** The host as a utility process: a crash of the engine is not a crash of the windows. */
export function forkHost(utility: Pick<typeof utilityProcess, 'fork'>, program: string): HostChild {
  const child = utility.fork(program, [], { serviceName: 'CasareRPA host', stdio: 'inherit' });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message: MessageFromHost) => listener(message)),
    onExit: (listener) => child.on('exit', () => listener()),
    kill: () => child.kill(),
  };
}
