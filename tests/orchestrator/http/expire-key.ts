import { runOn } from '../../support/template-database.ts';

/** As the owner of the tables: no role of the program may change when a key ends. */
export function expireKey(databaseUrl: string, keyId: string): Promise<void> {
  return runOn(databaseUrl, `update api_keys set expires_at = now() - interval '1 second' where id = '${keyId}'`);
}
