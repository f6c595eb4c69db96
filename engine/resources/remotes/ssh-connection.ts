import { AppError } from '@casare/shared';
import type { Client, ClientChannel, ConnectConfig, SFTPWrapper } from 'ssh2';
import type { CommandEnd, CommandOptions, FileServer, RemoteFiles, RemoteShell } from '../remotes.ts';
import { isKnownKey, refusedKey } from './host-key.ts';
import type { Connection } from './keep-connection.ts';
import { connectionError, signInError } from './remote-errors.ts';
import { sftpFiles } from './sftp-files.ts';

export interface SshConnection extends Connection, RemoteShell {
  files(): Promise<RemoteFiles>;
}

export async function connectSsh(server: FileServer, address: string, signal: AbortSignal): Promise<SshConnection> {
  const { Client, utils } = (await import('ssh2')).default;
  if (server.privateKey) {
    const parsed = utils.parseKey(server.privateKey, server.passphrase || undefined);
    if (parsed instanceof Error)
      throw new AppError(
        'SIGN_IN_FAILED',
        `The private key cannot be read: ${parsed.message}. Check the key and its passphrase.`,
      );
  }
  const client = new Client();
  await handshake(client, server, address, signal);
  // Every request is a small packet that waits for its answer: 40 ms each when they are held back to be sent together.
  client.setNoDelay(true);
  return connectionOf(client, server);
}

async function handshake(client: Client, server: FileServer, address: string, signal: AbortSignal): Promise<void> {
  let refusal: AppError | undefined;
  const { host, user, password } = server;
  const config: ConnectConfig = {
    host: address,
    port: server.port,
    username: user,
    ...(password ? { password, tryKeyboard: true } : {}),
    ...(server.privateKey ? { privateKey: server.privateKey } : {}),
    ...(server.passphrase ? { passphrase: server.passphrase } : {}),
    readyTimeout: server.timeoutMs,
    // A machine that vanished is noticed within a minute, also in the middle of a transfer.
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer) => {
      const isFine = server.acceptAnyHostKey || isKnownKey(key, server.hostKey ?? '');
      if (!isFine) refusal = refusedKey(host, key, server.hostKey ?? '');
      return isFine;
    },
  };
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      client.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    client.once('ready', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    client.on('error', (error: Error & { level?: string }) => {
      client.destroy();
      reject(
        refusal ??
          (error.level === 'client-authentication' ? signInError(error, server, user) : connectionError(error, server)),
      );
    });
    client.once('close', () => reject(refusal ?? connectionError(new Error('the server hung up'), server)));
    // Servers that ask instead of taking a password are answered with it.
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => password)),
    );
    client.connect(config);
  });
}

function connectionOf(client: Client, server: FileServer): SshConnection {
  let isAlive = true;
  let files: Promise<RemoteFiles> | undefined;
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  const end = (error: unknown) => {
    isAlive = false;
    lost.reject(connectionError(error, server));
  };
  client.on('error', end);
  client.on('close', () => end(new Error('the connection was closed')));

  async function openFiles(): Promise<RemoteFiles> {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, wrapper) => (error ? reject(connectionError(error, server)) : resolve(wrapper)));
    });
    sftp.on('close', () => {
      files = undefined;
    });
    return sftpFiles(sftp, server);
  }

  return {
    get isAlive() {
      return isAlive;
    },
    lost: lost.promise,
    close() {
      isAlive = false;
      client.destroy();
    },
    files: () => (files ??= openFiles()),
    run: (command, options) => runCommand(client, server, command, options),
  };
}

async function runCommand(
  client: Client,
  server: FileServer,
  command: string,
  { stdin, onStdout, onStderr }: CommandOptions,
): Promise<CommandEnd> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(command, (error, opened) => (error ? reject(connectionError(error, server)) : resolve(opened)));
  });
  return await new Promise<CommandEnd>((resolve, reject) => {
    let end: CommandEnd = { exitCode: null, signal: null };
    channel.on('data', onStdout);
    channel.stderr.on('data', onStderr);
    channel.on('exit', (code: number | null, signal?: string) => {
      end = { exitCode: code, signal: signal ?? null };
    });
    channel.on('error', (error: Error) => reject(connectionError(error, server)));
    channel.on('close', () => resolve(end));
    channel.end(stdin);
  });
}
