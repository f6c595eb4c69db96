import { chmod, chown, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { makeCertificate } from './certificate.ts';
import { freePort, type Program, startProgram } from './start-program.ts';

export interface ImapServer {
  host: string;
  /** Plain, with STARTTLS on offer. */
  port: number;
  tlsPort: number;
  user: string;
  password: string;
  certificate: string;
  /** Puts a mail into the inbox as a mail server does. */
  deliver(raw: string): Promise<void>;
  program: Program;
}

/** Called at the top of a test file: Dovecot on free ports with one user from a file and a Maildir in the folder; names a Sent folder and a trash. */
export async function startDovecot(folder: string): Promise<ImapServer> {
  const isRoot = process.getuid?.() === 0;
  const [port, tlsPort] = [await freePort(), await freePort()];
  const file = (name: string) => join(folder, name);
  const { certificate, certificateFile, keyFile } = await makeCertificate(folder);
  const { username, uid, gid } = userInfo();
  // Dovecot runs mailboxes of nobody who may do everything.
  const owner = isRoot ? { name: 'nobody', uid: 65_534, gid: 65_534 } : { name: username, uid, gid };
  // Its processes are other users than the test, and have to reach what lies in it.
  await chmod(folder, 0o755);
  for (const part of ['mail', 'mail/new', 'mail/cur', 'mail/tmp']) {
    await mkdir(file(part), { recursive: true });
    await chown(file(part), owner.uid, owner.gid);
  }
  await writeFile(file('users'), 'robot:{PLAIN}secret word\n');
  await writeFile(
    file('dovecot.conf'),
    config({ folder, port, tlsPort, certificateFile, keyFile, owner, username, isRoot }),
  );
  const program = await startProgram('/usr/sbin/dovecot', ['-F', '-c', file('dovecot.conf')], port);
  let delivered = 0;
  return {
    host: '127.0.0.1',
    port,
    tlsPort,
    user: 'robot',
    password: 'secret word',
    certificate,
    program,
    async deliver(raw) {
      const name = `${Date.now()}.${process.pid}_${++delivered}.test`;
      await writeFile(file(`mail/tmp/${name}`), raw.replace(/\r?\n/g, '\r\n'));
      await chown(file(`mail/tmp/${name}`), owner.uid, owner.gid);
      await rename(file(`mail/tmp/${name}`), file(`mail/new/${name}`));
    },
  };
}

interface Settings {
  folder: string;
  port: number;
  tlsPort: number;
  certificateFile: string;
  keyFile: string;
  owner: { name: string; uid: number; gid: number };
  username: string;
  isRoot: boolean;
}

function config({ folder, port, tlsPort, certificateFile, keyFile, owner, username, isRoot }: Settings): string {
  const login = isRoot ? '' : `default_login_user = ${username}\ndefault_internal_user = ${username}\n`;
  return `protocols = imap
listen = 127.0.0.1
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
log_path = /dev/stderr
${login}disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
ssl_cert = <${certificateFile}
ssl_key = <${keyFile}
mail_location = maildir:${join(folder, 'mail')}
first_valid_uid = 1
mailbox_list_index = no
passdb {
  driver = passwd-file
  args = ${join(folder, 'users')}
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${folder}
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
  mailbox Trash {
    special_use = \\Trash
    auto = create
  }
}
service imap-login {
  ${isRoot ? '' : 'chroot ='}
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  ${isRoot ? '' : 'chroot ='}
}
`;
}
