import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';
import { openDatabases } from './kinds.ts';

const bench = await openNodeBench();
const databases = await openDatabases();

/** A line to a server that the test can cut. */
async function openLine(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  afterAll(() => {
    cut();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cut, sockets };
}

type Server = 'postgres' | 'mysql';
let marks = 0;

/** Statements that take half a minute and can be told apart on the server. */
function slowStatements(kind: Server) {
  const mark = `/* line ${++marks} */`;
  const sleep = `${kind === 'postgres' ? 'select 1 as one from pg_sleep(30)' : 'select sleep(30)'} ${mark}`;
  // Rows come in portions, and the server shows the portion it works on and not its statement; "explain" is one piece.
  return {
    mark,
    sleep: kind === 'postgres' ? `explain analyze ${sleep}` : sleep,
    write: `create temporary table slow as ${sleep}`,
  };
}

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  const at = databases[kind];

  /** Sessions on the server that are at work on a statement with this mark. */
  async function sessions(mark: string): Promise<number[]> {
    const sql = {
      postgres:
        'select pid as id from pg_stat_activity where pid <> pg_backend_pid() and state = :state and strpos(query, :mark) > 0',
      mysql:
        'select id from information_schema.processlist where id <> connection_id() and command <> :state and instr(info, :mark) > 0',
    };
    const parameters = { mark, state: kind === 'postgres' ? 'active' : 'Sleep' };
    const { output } = await bench.run('database.query', { ...at, sql: sql[kind], parameters });
    return output.rows.map(({ id }: { id: number }) => id);
  }

  it('reports a broken line while reading as something to try again', async () => {
    const line = await openLine(at.port);
    const { mark, sleep } = slowStatements(kind);
    const failed = bench.fail('database.query', { ...at, host: '127.0.0.1', port: line.port, sql: sleep });
    await waitFor(async () => (await sessions(mark)).length > 0);
    line.cut();
    expect(await failed).toMatchObject({ code: 'DATABASE_UNREACHABLE', retryable: true });
  });

  it('says that nobody knows when the line broke while writing', async () => {
    const line = await openLine(at.port);
    const { mark, write } = slowStatements(kind);
    const failed = bench.fail('database.execute', { ...at, host: '127.0.0.1', port: line.port, sql: write });
    await waitFor(async () => (await sessions(mark)).length > 0);
    line.cut();
    expect(await failed).toMatchObject({ code: 'STEP_IN_DOUBT', retryable: false });
  });

  it('goes on with a new connection when an idle one has died', async () => {
    const line = await openLine(at.port);
    const params = { ...at, host: '127.0.0.1', port: line.port, sql: 'select 1 as one' };
    expect((await bench.run('database.query', params)).output.rows).toEqual([{ one: 1 }]);
    line.cut();
    await waitFor(() => line.sockets.size === 0);
    expect((await bench.run('database.query', params)).output.rows).toEqual([{ one: 1 }]);
  });

  it('lives on when the server ends the session that works for it', async () => {
    const { mark, sleep } = slowStatements(kind);
    const failed = bench.fail('database.query', { ...at, sql: sleep });
    const [id = 0] = await waitFor(async () => {
      const found = await sessions(mark);
      return found.length > 0 && found;
    });
    const sql = kind === 'postgres' ? `select pg_terminate_backend(${id})` : `kill connection ${id}`;
    await bench.run('database.execute', { ...at, sql });
    expect(await failed).toMatchObject({ code: 'DATABASE_UNREACHABLE', retryable: true });
    expect((await bench.run('database.query', { ...at, sql: 'select 1 as one' })).output.rows).toEqual([{ one: 1 }]);
  });

  it('never shows the password', async () => {
    const password = 'secret-that-is-wrong';
    for (const params of [
      { ...at, password, sql: 'select 1' },
      { connection: `${kind}://${at.user}:${password}@${at.host}:${at.port}/${at.database}`, sql: 'select 1' },
      { connection: `${kind}//${password}`, sql: 'select 1' },
      { ...at, database: `none-${password}`, password, sql: 'select 1' },
    ]) {
      const error = await bench.run('database.query', params).catch((thrown: unknown) => thrown);
      expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain(password);
    }
    const { output } = await bench.run('database.query', {
      connection: `${kind}://${at.user}:${encodeURIComponent(at.password)}@${at.host}:${at.port}/${at.database}`,
      sql: 'select 1 as one',
    });
    expect(output.rows).toEqual([{ one: 1 }]);
  });

  it('says so when nobody answers at the address', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const error = await bench.fail('database.query', { ...at, port, host: '127.0.0.1', sql: 'select 1' });
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', retryable: true });
  });

  it('does not connect to the metadata of a cloud', async () => {
    const error = await bench.fail('database.query', { ...at, host: '169.254.169.254', sql: 'select 1' });
    expect(error).toMatchObject({ code: 'HTTP_FAILED', details: { denied: true } });
  });
});

it('lends three connections at once to a run, and makes the fourth step wait', async () => {
  const at = databases.postgres;
  const observer = new pg.Client(at);
  await observer.connect();
  const sql = 'explain analyze select 1 from pg_sleep(0.2) /* three at once */';
  let isDone = false;
  const ran = Promise.all(Array.from({ length: 7 }, () => bench.run('database.query', { ...at, sql }))).then(
    () => (isDone = true),
  );
  const counts: number[] = [];
  while (!isDone) {
    const active = "select count(*)::int as n from pg_stat_activity where state = 'active' and query = $1";
    const { rows } = await observer.query<{ n: number }>(active, [sql]);
    counts.push(rows[0]?.n ?? 0);
  }
  await observer.end();
  await ran;
  expect(Math.max(...counts)).toBe(3);
});

it('keeps SQLite to the files of the run', async () => {
  const outside = await bench.fail('database.query', { kind: 'sqlite', file: '/etc/passwd', sql: 'select 1' });
  expect(outside.code).toBe('FILE_ACCESS');
  for (const sql of ["attach '/etc/other.db' as o", "/* a */ ATTACH DATABASE 'x' AS y", "vacuum into '/etc/copy.db'"]) {
    const error = await bench.fail('database.execute', { kind: 'sqlite', file: 'own.db', sql });
    expect(error.code).toBe('FILE_ACCESS');
  }
});
