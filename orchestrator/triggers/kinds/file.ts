import { invalid } from '../secrets.ts';
import type { KindRules } from './kind-rules.ts';

/** Watched by a robot: the folder is on its machine. */
export const fileRules: KindRules = {
  kind: 'file',
  check(_db, _caller, wanted) {
    if (wanted.kind !== 'file') return;
    const { folder } = wanted.settings;
    if (!/^([/\\]|[A-Za-z]:[/\\])/.test(folder))
      throw invalid('settings.folder', 'write the whole path as the robot knows it, e.g. /srv/inbox or C:\\Inbox');
    if (/(^|[/\\])\.\.([/\\]|$)/.test(folder) || folder.includes('\0'))
      throw invalid('settings.folder', 'a path without ".."');
  },
};
