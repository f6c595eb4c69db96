import { AppError } from '@casare/shared';
import { pipeline } from 'node:stream/promises';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import type { FileServer, RemoteEntry, RemoteFiles } from '../remotes.ts';
import { codeOf, connectionError } from './remote-errors.ts';
import { checkRemotePath, joinRemote, nameOfRemote } from './remote-path.ts';

type Done<Answer> = (error: Error | null | undefined, answer: Answer) => void;

/** Numbers of the protocol. */
const noSuchFile = 2;
const permissionDenied = 3;

export function sftpFiles(sftp: SFTPWrapper, server: FileServer): RemoteFiles {
  /** Turns a callback of the library into a promise with an error people understand. */
  async function ask<Answer = undefined>(path: string, start: (done: Done<Answer>) => void): Promise<Answer> {
    checkRemotePath(path);
    return await new Promise<Answer>((resolve, reject) => {
      start((error, answer) => (error ? reject(sftpError(error, path, server) as Error) : resolve(answer)));
    });
  }

  async function info(path: string): Promise<RemoteEntry | undefined> {
    const stats = await ask<Stats>(path, (done) => sftp.stat(path, done)).catch(ignoreMissing);
    return stats && entryOf(path, nameOfRemote(path), stats);
  }

  return {
    async list(folder) {
      const found = await ask<FileEntryWithStats[]>(folder, (done) => sftp.readdir(folder, done));
      return found
        .filter(({ filename }) => filename !== '.' && filename !== '..')
        .map(({ filename, attrs }) => entryOf(joinRemote(folder, filename), filename, attrs as Stats));
    },
    info,
    async *read(path) {
      checkRemotePath(path);
      try {
        yield* sftp.createReadStream(path) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw sftpError(error, path, server);
      }
    },
    async write(path, content, start) {
      checkRemotePath(path);
      try {
        await pipeline(content, sftp.createWriteStream(path, start > 0 ? { flags: 'r+', start } : { flags: 'w' }));
      } catch (error) {
        throw sftpError(error, path, server);
      }
    },
    async rename(from, to) {
      checkRemotePath(to);
      try {
        // Only this way a file that is there is replaced in one step; servers other than OpenSSH may not have it.
        await ask(from, (done) => sftp.ext_openssh_rename(from, to, (error) => done(error, undefined)));
      } catch (error) {
        if (!(error instanceof Error && /does not support/i.test(error.message))) throw error;
        const target = await info(to);
        if (target?.kind === 'file') await ask(to, (done) => sftp.unlink(to, (failed) => done(failed, undefined)));
        await ask(from, (done) => sftp.rename(from, to, (failed) => done(failed, undefined)));
      }
    },
    async remove(path) {
      return await ask(path, (done) => sftp.unlink(path, (error) => done(error, undefined))).then(() => true, missing);
    },
    async makeFolder(path) {
      const there = await info(path);
      if (there?.kind === 'folder') return false;
      await ask(path, (done) => sftp.mkdir(path, (error) => done(error, undefined)));
      return true;
    },
    async removeFolder(path) {
      return await ask(path, (done) => sftp.rmdir(path, (error) => done(error, undefined))).then(() => true, missing);
    },
    async setPermissions(path, mode) {
      await ask(path, (done) => sftp.chmod(path, mode, (error) => done(error, undefined)));
    },
  };
}

function entryOf(path: string, name: string, stats: Stats): RemoteEntry {
  const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
  return { path, name, kind, size: stats.size, modifiedAt: stats.mtime * 1000 };
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'FILE_NOT_FOUND') return undefined;
  throw error;
}

function missing(error: unknown): false {
  ignoreMissing(error);
  return false;
}

function sftpError(error: unknown, path: string, server: FileServer): unknown {
  if (error instanceof AppError) return error;
  const code = Number(codeOf(error));
  const said = error instanceof Error ? error.message : String(error);
  const options = { details: { path, host: server.host, reason: codeOf(error) || said }, cause: error };
  if (code === noSuchFile)
    return new AppError('FILE_NOT_FOUND', `"${path}" is not on the server. Check the path.`, options);
  if (code === permissionDenied)
    return new AppError(
      'FILE_ACCESS',
      `The server does not allow this with "${path}". Check the rights of the user.`,
      options,
    );
  if (code > 3 && code < 32)
    return new AppError('TRANSFER_FAILED', `The server refused this for "${path}": ${said}`, options);
  if (/does not support/i.test(said)) return new AppError('TRANSFER_FAILED', said, options);
  return connectionError(error, server);
}
