import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { findBrowser, findEngines, findProgram, type ProgramPolicy } from '@casare/engine';
import type { Finding } from '@casare/shared';
import { findKeyFileFault } from '../key-file.ts';
import { isDiskLow } from '../machine.ts';
import { fault, ok, warn } from './finding.ts';

const LEAST_NODE = 24;
const LEAST_FREE_MEMORY = 512 * 1024 * 1024;
/** Numbers of file systems whose locks cannot be trusted: NFS, SMB, CIFS, SMB2, FUSE shares are told apart by nobody. */
const SHARES = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
]);

export function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= LEAST_NODE
    ? ok('node.version', `Node ${process.versions.node}.`)
    : fault(
        'node.version',
        `Node ${process.versions.node} is too old.`,
        `Install Node ${LEAST_NODE} or newer and start the robot with it.`,
      );
}

export function checkMemory(jobMemoryMb: number): Finding {
  const [free, total] = [freemem(), totalmem()];
  const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);
  if (free < LEAST_FREE_MEMORY)
    return warn(
      'memory.free',
      `${megabytes(free)} MB of ${megabytes(total)} MB are free.`,
      'Close programs, or give the machine more memory.',
    );
  if (jobMemoryMb > megabytes(total))
    return warn(
      'memory.limit',
      `A job may take ${jobMemoryMb} MB, and the machine has ${megabytes(total)} MB.`,
      'Set ROBOT_JOB_MEMORY_MB to less than the machine has.',
    );
  return ok('memory.free', `${megabytes(free)} MB of ${megabytes(total)} MB are free.`);
}

/** The folder of journals: there, ours alone, on a disk of this machine with room. */
export function checkFolder(folder: string): Finding[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    const cure = `Give the user of the robot the folder (chown, chmod 700), or set another ROBOT_DATA.`;
    return [fault('folder.rights', `The data folder "${folder}" cannot be written (${reason}).`, cure)];
  }
  const found: Finding[] = [];
  const { mode } = statSync(folder);
  found.push(
    process.platform !== 'win32' && (mode & 0o077) !== 0
      ? warn(
          'folder.rights',
          `Others may look into the data folder "${folder}" (mode ${(mode & 0o777).toString(8)}).`,
          `Run: chmod 700 "${folder}"`,
        )
      : ok('folder.rights', `The data folder "${folder}" belongs to the robot alone.`),
  );
  const disk = statfsSync(folder);
  const share = SHARES.get(disk.type);
  if (share !== undefined)
    found.push(
      fault(
        'folder.share',
        `The data folder lies on a ${share} share, whose locks do not protect a journal.`,
        'Set ROBOT_DATA to a folder on a disk of this machine.',
      ),
    );
  const free = {
    freeMb: Math.floor((disk.bavail * disk.bsize) / 1_048_576),
    totalMb: Math.floor((disk.blocks * disk.bsize) / 1_048_576),
  };
  found.push(
    isDiskLow(free)
      ? fault(
          'disk.free',
          `${free.freeMb} MB of ${free.totalMb} MB are free: the robot takes no jobs.`,
          'Make room: more than 200 MB and 5 % must be free.',
        )
      : ok('disk.free', `${free.freeMb} MB of ${free.totalMb} MB are free.`),
  );
  return found;
}

export function checkKeyFile(path: string | undefined): Finding[] {
  if (path === undefined) return [];
  const wrong = findKeyFileFault(path);
  return [
    wrong === undefined
      ? ok('key.file', `Only the robot reads "${path}".`)
      : fault('key.file', wrong, `Run: chmod 600 "${path}"`),
  ];
}

export function checkBrowser(): Finding[] {
  const found = findBrowser();
  if (!found)
    return [
      warn(
        'browser.found',
        'No Chromium, Chrome or Edge was found: steps with a browser fail.',
        'Install one, or set CASARE_BROWSER to the program.',
      ),
    ];
  return [ok('browser.found', `${findEngines().join(', ')}; ${found.executablePath}.`)];
}

/** Programs on the list that are not there: workflows that start them fail. */
export function checkPrograms(policy: ProgramPolicy): Finding[] {
  if (typeof policy === 'string') return [];
  const missing = policy.filter((name) => !isThere(name));
  return missing.length === 0
    ? [ok('programs.found', `${policy.length} programs may be started.`)]
    : [
        warn(
          'programs.found',
          `Not on this machine: ${missing.join(', ')}.`,
          'Install them, or take them off ROBOT_PROGRAMS.',
        ),
      ];
}

function isThere(name: string): boolean {
  return name.includes('/') || name.includes('\\')
    ? existsSync(name) && dirname(name) !== name
    : findProgram(name) !== undefined;
}
