import { AppError } from '@casare/shared';

/** A failure of the file system as a sentence that says what to do. */
export function fileError(error: unknown, path: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const options = { details: { path, reason: code }, cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('FILE_NOT_FOUND', `"${path}" does not exist. Check the path.`, options);
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new AppError(
        'FILE_EXISTS',
        `"${path}" exists already. Choose another name or allow overwriting.`,
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('DISK_FULL', `There is no space left to write "${path}". Free some space and run again.`, {
        ...options,
        retryable: true,
      });
    case 'EBUSY':
    case 'ETXTBSY':
      return new AppError('FILE_ACCESS', `"${path}" is used by another program. Close it there and run again.`, {
        ...options,
        retryable: true,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'FILE_ACCESS',
        `"${path}" cannot be used: the account of the run has no right to. Grant it or choose another path.`,
        options,
      );
    case 'EISDIR':
      return new AppError('FILE_ACCESS', `"${path}" is a folder, a file is needed. Add the name of the file.`, options);
    case 'ELOOP':
      return new AppError(
        'FILE_ACCESS',
        `"${path}" is a link that leads round in a circle or must not be followed.`,
        options,
      );
    case 'ENAMETOOLONG':
      return new AppError(
        'FILE_ACCESS',
        `"${path.slice(0, 200)}…" is too long for this machine. Choose a shorter path.`,
        options,
      );
    default:
      return code === undefined
        ? error
        : new AppError('FILE_ACCESS', `"${path}" cannot be used: ${error.message}`, options);
  }
}
