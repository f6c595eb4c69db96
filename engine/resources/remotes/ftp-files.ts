import { AppError } from '@casare/shared';
import type { Client, FileInfo } from 'basic-ftp';
import { isIP } from 'node:net';
import { PassThrough } from 'node:stream';
import { rootCertificates } from 'node:tls';
import type { FileServer, RemoteEntry, RemoteFiles } from '../remotes.ts';
import type { Connection } from './keep-connection.ts';
import { codeOf, connectionError, signInError } from './remote-errors.ts';
import { checkRemotePath, folderOfRemote, joinRemote, nameOfRemote } from './remote-path.ts';

interface FtpConnection extends Connection, RemoteFiles {}

export async function connectFtp(server: FileServer, address: string): Promise<FtpConnection> {
  const { Client } = await import('basic-ftp');
  const { host, protocol, user, password } = server;
  if (/[\r\n\0]/.test(user + password))
    throw new AppError('SIGN_IN_FAILED', 'User name and password must not hold line breaks. Correct them.');
  const client = new Client(server.timeoutMs, { allowSeparateTransferHost: false });
  try {
    await client.access({
      host: address,
      port: server.port,
      user: user || 'anonymous',
      password: password || 'guest',
      secure: protocol === 'ftps' ? true : protocol === 'ftpsImplicit' ? 'implicit' : false,
      secureOptions: {
        // The connection goes to the address that was checked, the certificate is held against the name.
        host: protocol === 'ftpsImplicit' ? address : host,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: server.verifyTls,
        ...(server.certificate ? { ca: [...rootCertificates, server.certificate] } : {}),
      },
    });
    return {
      ...filesOf(client, server, await client.pwd()),
      get isAlive() {
        return !client.closed;
      },
      close: () => client.close(),
    };
  } catch (error) {
    client.close();
    const code = Number(codeOf(error));
    if (code === 530 || code === 430 || code === 331) throw signInError(error, server, user || 'anonymous');
    throw connectionError(error, server);
  }
}

function filesOf(client: Client, server: FileServer, home: string): RemoteFiles {
  /** A refusal of the server is an answer; anything else ended the connection. */
  async function ask<Answer>(path: string, work: () => Promise<Answer>): Promise<Answer> {
    checkRemotePath(path);
    try {
      return await work();
    } catch (error) {
      throw ftpError(error, path, server);
    }
  }

  /** Absolute, so that it means the same wherever the listing has led. */
  const full = (path: string) => (path.startsWith('/') ? path : joinRemote(home, path.replace(/^\.\/?/, '')));

  async function list(folder: string): Promise<RemoteEntry[]> {
    // Listing the current folder, because servers read wildcards and options in what follows LIST.
    await client.cd(full(folder));
    const found = await client.list();
    await client.cd(home);
    return found.filter(({ name }) => name !== '.' && name !== '..').map((info) => entryOf(info, folder));
  }

  async function info(path: string): Promise<RemoteEntry | undefined> {
    if (/^(\.?\/?)*$/.test(path)) return { path, name: '', kind: 'folder', size: 0, modifiedAt: undefined };
    const siblings = await list(folderOfRemote(path)).catch(ignoreMissing([]));
    const found = siblings.find(({ name }) => name === nameOfRemote(path));
    if (!found) return undefined;
    const modifiedAt =
      found.modifiedAt ??
      (found.kind === 'file'
        ? await client.lastMod(full(path)).then((date) => date.getTime(), ignoreRefusal)
        : undefined);
    return { ...found, path, modifiedAt };
  }

  return {
    list: (folder) => ask(folder, () => list(folder)),
    info: (path) => ask(path, () => info(path)),
    read: (path) => read(client, full(checkRemotePath(path)), (error) => ftpError(error, path, server)),
    async write(path, content, start) {
      await ask(path, () =>
        start > 0 ? client.appendFrom(content, full(path)) : client.uploadFrom(content, full(path)),
      );
    },
    async rename(from, to) {
      checkRemotePath(to);
      await ask(from, async () => {
        try {
          await client.rename(full(from), full(to));
        } catch (error) {
          // Some servers refuse to rename over a file.
          if (!isRefusal(error) || (await info(to))?.kind !== 'file' || !(await info(from))) throw error;
          await client.remove(full(to));
          await client.rename(full(from), full(to));
        }
      });
    },
    remove: (path) =>
      ask(path, async () => {
        if (!(await info(path))) return false;
        await client.remove(full(path));
        return true;
      }),
    makeFolder: (path) =>
      ask(path, async () => {
        const there = await info(path);
        if (there && there.kind !== 'file') return false;
        await client.send(`MKD ${full(path)}`);
        return true;
      }),
    removeFolder: (path) =>
      ask(path, async () => {
        if (!(await info(path))) return false;
        await client.removeEmptyDir(full(path));
        return true;
      }),
    async setPermissions(path, mode) {
      await ask(path, () => client.send(`SITE CHMOD ${mode.toString(8).padStart(3, '0')} ${full(path)}`));
    },
  };
}

async function* read(client: Client, path: string, explain: (error: unknown) => unknown) {
  const pipe = new PassThrough();
  const done = client.downloadTo(pipe, path).catch((error: unknown) => {
    pipe.destroy(error as Error);
    throw error;
  });
  done.catch(() => undefined);
  let isComplete = false;
  try {
    yield* pipe as AsyncIterable<Uint8Array>;
    await done;
    isComplete = true;
  } catch (error) {
    isComplete = isRefusal(error);
    throw explain(error);
  } finally {
    // Whoever stops in the middle leaves a transfer that nothing else can follow.
    if (!isComplete) client.close();
  }
}

function entryOf(
  { name, size, isDirectory, isFile, isSymbolicLink, modifiedAt }: FileInfo,
  folder: string,
): RemoteEntry {
  const kind = isDirectory ? 'folder' : isFile ? 'file' : isSymbolicLink ? 'link' : 'other';
  return { path: joinRemote(folder, name), name, kind, size, modifiedAt: modifiedAt?.getTime() };
}

function isRefusal(error: unknown): boolean {
  const code = Number(codeOf(error));
  return error instanceof Error && error.name === 'FTPError' && code >= 400 && code < 600 && code !== 421;
}

function ignoreRefusal(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
  return undefined;
}

function ignoreMissing<Fallback>(fallback: Fallback) {
  return (error: unknown): Fallback => {
    if (!isRefusal(error)) throw error;
    return fallback;
  };
}

function ftpError(error: unknown, path: string, server: FileServer): unknown {
  if (error instanceof AppError) return error;
  if (!isRefusal(error)) return connectionError(error, server);
  const said = (error as Error).message;
  const details = { path, host: server.host, reason: codeOf(error) };
  if (/denied|permission|not allowed|access/i.test(said))
    return new AppError(
      'FILE_ACCESS',
      `The server does not allow this with "${path}" (${said}). Check the rights of the user.`,
      { details, cause: error },
    );
  if (/no such|not found|does ?n.t exist|failed to (open|change)|could not get/i.test(said))
    return new AppError('FILE_NOT_FOUND', `"${path}" is not on the server (${said}). Check the path.`, {
      details,
      cause: error,
    });
  return new AppError('TRANSFER_FAILED', `The server refused this for "${path}": ${said}`, {
    details,
    retryable: Number(codeOf(error)) < 500,
    cause: error,
  });
}
