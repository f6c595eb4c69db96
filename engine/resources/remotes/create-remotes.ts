import type { HttpPolicy } from '../http-access.ts';
import { lendInTurn } from '../lend-in-turn.ts';
import type { FileServer, MailServer, Remotes } from '../remotes.ts';
import { findAddress } from './find-address.ts';
import { connectFtp } from './ftp-files.ts';
import { borrow, type Connection, keepConnection } from './keep-connection.ts';
import { connectMailbox, type MailboxConnection } from './mailbox.ts';
import { sendMail } from './send-mail.ts';
import { connectSsh, type SshConnection } from './ssh-connection.ts';

interface ClosableRemotes extends Remotes {
  close(): Promise<void>;
}

/** To one server, for branches that run at the same time; many servers allow no more per user. */
const connectionsPerServer = 3;

type Pool<Kept extends Connection> = ReturnType<typeof lendInTurn<ReturnType<typeof keepConnection<Kept>>>>;

/** Connections of one run, kept by everything that makes them what they are, sign-in included. */
export function createRemotes(policy: HttpPolicy = {}): ClosableRemotes {
  const pools = {
    ftp: poolOf<Awaited<ReturnType<typeof connectFtp>>>(),
    ssh: poolOf<SshConnection>(),
    mail: poolOf<MailboxConnection>(),
  };

  const address = (scheme: string, { host, port, timeoutMs }: FileServer | MailServer, signal: AbortSignal) =>
    findAddress({ scheme, host, port, timeoutMs }, policy, signal);

  async function ssh<Result>(
    server: FileServer,
    signal: AbortSignal,
    work: (connection: SshConnection) => Promise<Result>,
  ): Promise<Result> {
    const open = async () => await connectSsh(server, await address('ssh', server, signal), signal);
    return await borrow(pools.ssh.get(server), signal, open, work);
  }

  return {
    async files(server, signal, work) {
      if (server.protocol === 'sftp')
        return await ssh(server, signal, async (connection) => await work(await connection.files()));
      const open = async () => await connectFtp(server, await address('ftp', server, signal));
      return await borrow(pools.ftp.get(server), signal, open, work);
    },
    shell: ssh,
    async mailbox(server, signal, work) {
      const open = async () => await connectMailbox(server, await address('imap', server, signal));
      return await borrow(pools.mail.get(server), signal, open, async (connection) => await connection.use(work));
    },
    async send(server, mail, signal) {
      return await sendMail(server, await address('smtp', server, signal), mail, signal);
    },
    async close() {
      await Promise.all([pools.ftp.close(), pools.ssh.close(), pools.mail.close()]);
    },
  };
}

function poolOf<Kept extends Connection>() {
  const byServer = new Map<string, Pool<Kept>>();
  return {
    get(server: FileServer | MailServer): Pool<Kept> {
      const key = JSON.stringify(Object.entries(server).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      let pool = byServer.get(key);
      if (!pool) byServer.set(key, (pool = lendInTurn(() => keepConnection<Kept>(), connectionsPerServer)));
      return pool;
    },
    async close(): Promise<void> {
      await Promise.all([...byServer.values()].map((pool) => pool.close()));
    },
  };
}
