import { AppError } from '@casare/shared';

/** A path for a server; a line break in it would be a second command. */
export function checkRemotePath(path: string): string {
  if (path.trim() === '' || /[\u0000-\u001f\u007f]/.test(path)) {
    throw new AppError(
      'TRANSFER_FAILED',
      `"${path.slice(0, 200)}" is no path on a server: it is empty or holds control characters.`,
      {
        details: { path: path.slice(0, 1000) },
      },
    );
  }
  return path;
}

export function joinRemote(folder: string, name: string): string {
  if (folder === '' || folder === '.') return name;
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

export function nameOfRemote(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

export function folderOfRemote(path: string): string {
  const plain = path.replace(/\/+$/, '');
  const at = plain.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : plain.slice(0, at);
}
