import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type Program, startProgram } from './start-program.ts';

export interface SshServer {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  /** The same key, encrypted with the passphrase `open sesame`. */
  encryptedKey: string;
  hostKey: string;
  fingerprint: string;
  program: Program;
}

/** Called at the top of a test file: OpenSSH on a free port that lets the current user in with a key made for the test. */
export async function startSshd(folder: string): Promise<SshServer> {
  const run = promisify(execFile);
  const port = await freePort();
  const file = (name: string) => join(folder, name);
  for (const name of ['host', 'user']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  await copyFile(file('user'), file('encrypted'));
  await run('ssh-keygen', ['-q', '-p', '-a', '1', '-P', '', '-N', 'open sesame', '-f', file('encrypted')]);
  await copyFile(file('user.pub'), file('authorized'));
  const config = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized')}`,
    'PidFile none',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    // Temporary folders are writable for everybody.
    'StrictModes no',
    'UsePAM no',
    'PrintMotd no',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
  ];
  await writeFile(file('config'), `${config.join('\n')}\n`);
  // Its folder for separated privileges; without it sshd refuses to start as root.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const program = await startProgram('/usr/sbin/sshd', ['-D', '-e', '-f', file('config')], port);
  const { stdout } = await run('ssh-keygen', ['-l', '-f', file('host.pub')]);
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    privateKey: await readFile(file('user'), 'utf8'),
    encryptedKey: await readFile(file('encrypted'), 'utf8'),
    hostKey: await readFile(file('host.pub'), 'utf8'),
    fingerprint: stdout.split(' ')[1] ?? '',
    program,
  };
}
