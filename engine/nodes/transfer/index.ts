import type { NodeDefinition } from '../../define-node.ts';
import { deleteRemote } from './delete.ts';
import { download } from './download.ts';
import { info } from './info.ts';
import { list } from './list.ts';
import { makeFolder } from './make-folder.ts';
import { move } from './move.ts';
import { removeFolder } from './remove-folder.ts';
import { setPermissions } from './set-permissions.ts';
import { sshRun } from './ssh-run.ts';
import { upload } from './upload.ts';

export const transferNodes: readonly NodeDefinition[] = [
  upload,
  download,
  list,
  info,
  move,
  deleteRemote,
  makeFolder,
  removeFolder,
  setPermissions,
  sshRun,
];
