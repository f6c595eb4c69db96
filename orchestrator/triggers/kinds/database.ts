import { invalid } from '../secrets.ts';
import type { KindRules } from './kind-rules.ts';

/** Watched by a robot: databases are reached from their own network. */
export const databaseRules: KindRules = {
  kind: 'database',
  check(_db, _caller, wanted) {
    if (wanted.kind !== 'database' || wanted.settings.catchUp === undefined) return;
    if (!/^\s*(select|with)\b/i.test(wanted.settings.catchUp) || !wanted.settings.catchUp.includes('$1'))
      throw invalid(
        'settings.catchUp',
        'a SELECT with $1 for the last key seen, e.g. select id, data from outbox where id > coalesce($1::bigint, 0) order by id',
      );
  },
};
