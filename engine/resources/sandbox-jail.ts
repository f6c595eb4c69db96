import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the system keeps from the process of scripts, beside what Node itself refuses. */
export interface Jail {
  /** Words to put before a command. */
  words: readonly string[];
  /** It has no network, not even this machine's own. */
  network: boolean;
  /** It runs as a user who owns nothing. */
  user: boolean;
}

/** Finds the strongest jail in which `runtime` can still run a program of these files. */
export type FindJail = (runtime: string, files: readonly string[]) => Jail;

const none: Jail = { words: [], network: false, user: false };
/** Users that systems keep free for services without a user of their own. */
const FIRST_FREE_USER = 61_184;
const FREE_USERS = 4000;

/** Tries out what the system allows, once for each runtime: Linux only, some milliseconds. Elsewhere there is no such jail. */
export function createJailFinder(): FindJail {
  const found = new Map<string, Jail>();
  return (runtime, files) => {
    const key = JSON.stringify([runtime, files]);
    let jail = found.get(key);
    if (!jail) found.set(key, (jail = findJail(runtime, files)));
    return jail;
  };
}

function findJail(runtime: string, files: readonly string[]): Jail {
  if (process.platform !== 'linux') return none;
  const [unshare, setpriv] = [findProgram('unshare'), findProgram('setpriv')];
  return candidates(unshare, setpriv).find((jail) => lets(jail, runtime, files)) ?? none;
}

function candidates(unshare: string | undefined, setpriv: string | undefined): Jail[] {
  const harmless = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
  if (process.getuid?.() === 0) {
    const id = FIRST_FREE_USER + (process.pid % FREE_USERS);
    const noNetwork = unshare ? [unshare, '--net', '--'] : undefined;
    const noRights = setpriv ? [setpriv, `--reuid=${id}`, `--regid=${id}`, '--clear-groups', ...harmless] : undefined;
    return [
      ...(noNetwork && noRights ? [{ words: [...noNetwork, ...noRights], network: true, user: true }] : []),
      ...(noNetwork ? [{ words: noNetwork, network: true, user: false }] : []),
      ...(noRights ? [{ words: noRights, network: false, user: true }] : []),
    ];
  }
  // Whoever is not root may leave the network only as the root of a world of their own, where they need no rights either.
  if (!unshare || !setpriv) return [];
  const words = [unshare, '--user', '--map-root-user', '--net', '--', setpriv, ...harmless];
  return [{ words, network: true, user: false }];
}

function lets({ words }: Jail, runtime: string, files: readonly string[]): boolean {
  const [command = '', ...rest] = words;
  const check = 'test -x "$0" || exit 1; for file; do test -r "$file" || exit 1; done';
  const tried = spawnSync(command, [...rest, '/bin/sh', '-c', check, runtime, ...files], {
    env: {},
    stdio: 'ignore',
    timeout: 2000,
  });
  return tried.status === 0;
}

function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
