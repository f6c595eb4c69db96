import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../orchestrator/db/database.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { inTenant, oneAcrossTenants, oneInTenant } from '../../../orchestrator/db/transaction.ts';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
let database: Database;
let owner: pg.Client;
const tenants: string[] = [];

beforeAll(async () => {
  fleet = await startFleet();
  for (const keys of [fleet.keys, await addTenant(fleet)]) {
    const admin = caller(fleet.url, keys.adminKey);
    const robot = await register(caller(fleet.url, keys.robotKey));
    const job = await submit(admin, await publish(admin));
    const asking = one(await robot.claim());
    const task = {
      id: 'a',
      kind: 'notify',
      workflowName: 'x',
      nodeId: 'a',
      title: 'x',
      text: '',
      fields: [],
      choices: [],
      deadline: null,
    };
    await robot.report(asking, 'park', { tasks: [{ path: 'a', task }] });
    await submit(admin, job.workflowId);
    const [claimed] = await robot.claim();
    await robot.report(claimed ?? { jobId: job.id, fence: 0 }, 'progress', {
      steps: [{ seq: 1, kind: 'finished', path: 'a', nodeId: 'start', at: 1 }],
      logs: [{ seq: 1, at: 1, level: 'info', message: 'hello' }],
    });
    await admin('POST', `/robots/${robot.id}/commands`, { command: 'pause' }, { 'idempotency-key': randomUUID() });
    tenants.push((await admin<{ tenantId: string }>('GET', '/me')).body.tenantId);
  }
  database = openDatabase({ url: fleet.databaseUrl, maxConnections: 8, onError: () => {} });
  owner = new pg.Client({ connectionString: fleet.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await fleet[Symbol.asyncDispose]();
});

async function tenantTables(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'tenant_id' order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('the catalog', () => {
  test('row level security is on and forced for every table of tenants, whoever owns it', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relname = any($1) and c.relnamespace = 'public'::regnamespace and not (relrowsecurity and relforcerowsecurity)`,
      [[...(await tenantTables()), 'tenants']],
    );
    expect(rows).toEqual([]);
    expect((await tenantTables()).length).toBeGreaterThan(10);
  });

  test('each has a policy that checks what is read and what is written', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select distinct c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid
       where p.polcmd = '*' and p.polroles = '{0}' and pg_get_expr(p.polqual, p.polrelid) like '%current_tenant%'
         and pg_get_expr(p.polwithcheck, p.polrelid) like '%current_tenant%'`,
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(await tenantTables()));
  });

  test('keys of every table begin with or hold the tenant, and so do unique and foreign keys', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select conrelid::regclass || '.' || conname as name from pg_constraint con
       where contype in ('p', 'u', 'f') and conrelid::regclass::text = any($1) and not exists (
         select from pg_attribute a where a.attrelid = con.conrelid and a.attnum = any(con.conkey) and a.attname = 'tenant_id')`,
      [await tenantTables()],
    );
    expect(rows).toEqual([]);
  });

  test('the two roles can neither log in, pass by the policies, own, truncate nor create anything', async () => {
    const { rows } = await owner.query(
      `select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
         has_schema_privilege(rolname, 'public', 'create') as creates,
         (select count(*)::int from pg_class c where c.relowner = r.oid) as owned,
         (select count(*)::int from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
           and has_table_privilege(rolname, c.oid, 'truncate')) as truncates
       from pg_roles r where rolname in ('casare_app', 'casare_system') order by 1`,
    );
    const nothing = {
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      rolcreatedb: false,
      creates: false,
      owned: 0,
      truncates: 0,
    };
    expect(rows).toEqual([
      { rolname: 'casare_app', ...nothing },
      { rolname: 'casare_system', ...nothing },
    ]);
  });

  test('no function runs with the rights of its owner and no view stands in the way', async () => {
    const functions = await owner.query(
      "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace",
    );
    const views = await owner.query(
      "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace",
    );
    expect([functions.rows, views.rows]).toEqual([[], []]);
  });
});

describe('a connection of requests', () => {
  test('sees nothing at all without a tenant, also after one was set before', async () => {
    const seen: [table: string, rows: number | string][] = [];
    for (const table of [...(await tenantTables()), 'tenants']) {
      const client = await database.pool.connect();
      try {
        const count = async () => {
          const { rows } = await client
            .query(`select count(*)::int as n from ${table}`)
            .catch(() => ({ rows: [{ n: 'refused' }] }));
          return (rows[0] as { n: number | string }).n;
        };
        seen.push([table, await count()]);
        await client.query(`begin; select set_config('app.tenant', '${tenants[0]}', true)`);
        await client.query('commit');
        seen.push([`${table} after a transaction`, await count()]);
      } finally {
        client.release();
      }
    }
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter(([, rows]) => rows !== 0 && rows !== 'refused')).toEqual([]);
  });

  test('sees the rows of its own tenant only, thirty-two at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, i) => {
        const tenant = tenants[i % 2] ?? '';
        const rows = await oneInTenant<{ tenant_id: string }>(
          database.pool,
          tenant,
          sql`select distinct tenant_id from jobs`,
        );
        return rows.length === 1 && rows[0]?.tenant_id === tenant;
      }),
    );
    expect(answers).not.toContain(false);
  });

  test('cannot write rows of another tenant, nor move its own there', async () => {
    const [mine = '', other = ''] = tenants;
    const insert = inTenant(database.pool, mine, (db) =>
      db.query(
        sql`insert into audit_log (tenant_id, workspace_id, actor, action) values (${other}::uuid, ${other}::uuid, 'x', 'y')`,
      ),
    );
    await expect(insert).rejects.toThrow('row-level security');
    await expect(
      inTenant(database.pool, mine, (db) => db.query(sql`update jobs set tenant_id = ${other}::uuid`)),
    ).rejects.toThrow('row-level security');
    await expect(oneInTenant(database.pool, `${mine}'; drop table jobs; --`, sql`select 1`)).rejects.toThrow('UUID');
  });

  test('cannot change what is written once', async () => {
    const [mine = ''] = tenants;
    for (const statement of [
      sql`update workflow_versions set message = 'x'`,
      sql`delete from workflow_versions`,
      sql`update audit_log set action = 'x'`,
      sql`delete from audit_log`,
      sql`delete from events`,
      sql`update api_keys set expires_at = now() + interval '10 years'`,
      sql`update api_keys set scopes = '{jobs:read}'`,
      sql`delete from people`,
      sql`update sessions set person_id = gen_random_uuid()`,
      sql`update sessions set expires_at = now() + interval '10 years'`,
      sql`delete from refresh_tokens`,
      sql`update invitations set role = 'admin'`,
      sql`select * from signing_keys`,
      sql`select * from setup_tokens`,
    ])
      await expect(inTenant(database.pool, mine, (db) => db.query(statement))).rejects.toThrow('permission denied');
    await expect(owner.query("update workflow_versions set message = 'x'")).rejects.toThrow('never change');
  });
});

test('a job cannot make a move that is not in the table, not even by hand', async () => {
  const { rows } = await owner.query<{ id: string }>("select id from jobs where state = 'running' limit 1");
  await owner.query("update jobs set state = 'completed', finished_at = now(), lease_until = null where id = $1", [
    rows[0]?.id,
  ]);
  await expect(
    owner.query("update jobs set state = 'pending', finished_at = null where id = $1", [rows[0]?.id]),
  ).rejects.toThrow('cannot move from completed to pending');
});

test('the connection of housekeeping sees every tenant and may change little', async () => {
  const rows = await oneAcrossTenants<{ tenant_id: string }>(database.system, sql`select distinct tenant_id from jobs`);
  expect(rows.map(({ tenant_id }) => tenant_id).toSorted()).toEqual(tenants.toSorted());
  for (const statement of [
    sql`update jobs set output = '1'`,
    sql`insert into job_steps (job_id, seq, row) values (gen_random_uuid(), 1, '{}')`,
    sql`update api_keys set revoked_at = null`,
    sql`select document from workflow_versions`,
    sql`select * from audit_log`,
    sql`select sealed from human_tasks`,
    sql`update human_tasks set answer = '{}'`,
    sql`update people set super = true`,
    sql`update memberships set role = 'admin'`,
    sql`insert into sessions (person_id, expires_at) values (gen_random_uuid(), now())`,
    sql`update refresh_tokens set used_at = null`,
    sql`insert into socket_tickets (hash) values ('')`,
    sql`update signing_keys set created_at = now()`,
  ])
    await expect(oneAcrossTenants(database.system, statement)).rejects.toThrow('permission denied');
});
