import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs of the operating system that the tests use: real servers and a real screen. The value is the Debian package that brings it. */
const testPrograms = {
  '/usr/sbin/mariadbd': 'mariadb-server-core',
  '/usr/bin/mariadb-install-db': 'mariadb-server-core',
  '/usr/sbin/dovecot': 'dovecot-imapd',
  '/usr/lib/dovecot/imap': 'dovecot-imapd',
  '/usr/sbin/vsftpd': 'vsftpd',
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/lib/openssh/sftp-server': 'openssh-sftp-server',
  '/usr/bin/Xvfb': 'xvfb',
  '/usr/bin/xdotool': 'xdotool',
  '/usr/bin/wmctrl': 'wmctrl',
  '/usr/bin/xclip': 'xclip',
  '/usr/bin/xterm': 'xterm',
  '/usr/bin/xev': 'x11-utils',
  '/usr/bin/xinput': 'xinput',
  '/usr/bin/openbox': 'openbox',
  '/usr/bin/zenity': 'zenity',
  '/usr/bin/pdftotext': 'poppler-utils',
  '/usr/bin/qpdf': 'qpdf',
  '/usr/bin/strace': 'strace',
  '/usr/bin/faketime': 'faketime',
  '/usr/bin/promtool': 'prometheus',
} as const;

/** Installs what the tests need and this machine lacks. Throws with an instruction where that is not possible. */
export async function ensureTestPrograms(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot) {
    console.log(`Installing what the tests need: ${missing.join(', ')} …`);
    await installDebianPackages(missing);
  }
  const left = missingPackages();
  if (left.length === 0) return;
  throw new Error(
    `The tests need these Debian packages: ${left.join(', ')}. Install them (apt-get install ${left.join(' ')}), then run the command again.`,
  );
}

/** Runs apt-get as root without questions and without starting any service. */
export async function installDebianPackages(packages: readonly string[]): Promise<void> {
  // Package scripts start their services in every run level but this one.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    await new Promise<void>((resolve) => {
      // Its own stdin stays closed: a question would wait for ever in a pipeline.
      const child = spawn('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
      child.on('error', () => resolve());
      child.on('close', () => resolve());
    });
  }
}

function missingPackages(): string[] {
  const missing = Object.entries(testPrograms).filter(([program]) => !existsSync(program));
  return [...new Set(missing.map(([, name]) => name))];
}
