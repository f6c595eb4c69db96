import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  controlNodes,
  createRegistry,
  createRunResources,
  defineNode,
  openJournalReader,
  openSqliteJournal,
  run,
} from '@casare/engine';
import { AppError, type RunEvent } from '@casare/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { prepareTempFolders } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowOf } from '../support/workflows.ts';

const makeTempFolder = prepareTempFolders('secrets');

const given = 'canary-given/"pass"&word+1';
const learned = 'canary-learned-T0ken-ä-77';
const forms = [given, learned].flatMap((secret) => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...['base64', 'base64url'].flatMap((form) =>
      // The parts that are the same whatever stands around them.
      [0, 1, 2].map((offset) =>
        Buffer.concat([Buffer.alloc(offset), bytes])
          .toString(form as 'base64')
          .slice(4, -4),
      ),
    ),
  ];
});

function expectNone(text: string, where: string): void {
  expect(
    forms.filter((form) => text.includes(form)),
    `in ${where}`,
  ).toEqual([]);
}

/** Every file below a folder, byte by byte: the database, its log, large outputs. */
function expectNoneOnDisk(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path);
    bytes += text.length;
    expectNone(text.toString('utf8'), path);
    expectNone(text.toString('latin1'), path);
  }
  return bytes;
}

/** Says what it was told in every way a node can, and keeps it. */
const tell = defineNode({
  type: 'test.tell',
  version: 1,
  title: 'Tell',
  category: 'data',
  icon: 'box',
  description: 'A node of the tests.',
  params: z.strictObject({ text: z.string(), copies: z.int().default(1), fails: z.boolean().default(false) }),
  output: z.unknown(),
  effect: 'keyed',
  examples: [{ title: 'One', params: { text: 'a' } }],
  async run(ctx, { text, copies, fails }) {
    await ctx.checkpoint({ text });
    ctx.log('info', `told ${text}`, { header: `Basic ${Buffer.from(`user:${text}`).toString('base64')}` });
    ctx.progress(0.5, `at ${encodeURIComponent(text)}`);
    ctx.setVariable('copy', { text });
    if (fails)
      throw new AppError('HTTP_FAILED', `cannot use ${text}`, {
        details: { url: `http://a.test/?p=${encodeURIComponent(text)}` },
      });
    return {
      output: {
        text,
        [text]: Buffer.from(text).toString('hex'),
        json: JSON.stringify({ text }),
        all: `${text} `.repeat(copies),
      },
    };
  },
});

const document = workflowOf(
  {
    start: 'control.start',
    given: { type: 'test.tell', params: { text: '${input.password}' } },
    learn: { type: 'test.learn', params: { value: learned } },
    large: { type: 'test.tell', params: { text: '${vars.token}', copies: 20_000 } },
    caught: { type: 'test.tell', params: { text: '${vars.token}', fails: true } },
    seen: { type: 'test.tell', params: { text: '${steps.caught.error.message}' } },
    gate: { type: 'test.gate', params: {} },
    same: {
      type: 'control.assert',
      params: {
        condition:
          '${steps.given.output.text == input.password && steps.large.output.text == vars.token && steps.large.output.all.length == 520000 && vars.copy.text == steps.seen.output.text && steps.caught.error.details.url.includes("canary")}',
        message: 'The resumed values are other ones.',
      },
    },
  },
  ['start>given', 'given>learn', 'learn>large', 'large>caught', 'caught.error>seen', 'seen>gate', 'gate>same'],
  {
    inputs: [{ name: 'password', type: 'text', secret: true }],
    variables: [
      { name: 'token', type: 'text', secret: true },
      { name: 'copy', type: 'any' },
    ],
    outputs: [{ name: 'result', value: '${steps.given.output}' }],
  },
);

const small = {
  version: 1,
  category: 'data' as const,
  icon: 'box',
  description: 'A node of the tests.',
  output: z.unknown(),
};
const learn = defineNode({
  ...small,
  type: 'test.learn',
  title: 'Learn',
  params: z.strictObject({ value: z.string() }),
  effect: 'pure',
  examples: [{ title: 'One', params: { value: 'a' } }],
  run(ctx, { value }) {
    ctx.setVariable('token', value);
    return { output: { value } };
  },
});

/** Fails the first time: the run is taken up again after it. */
function gateNode() {
  let open = false;
  return defineNode({
    ...small,
    type: 'test.gate',
    title: 'Gate',
    params: z.strictObject({}),
    effect: 'pure',
    examples: [{ title: 'One', params: {} }],
    run() {
      if (open) return {};
      open = true;
      throw new AppError('HTTP_FAILED', `closed for ${given} and ${learned}`);
    },
  });
}

test('a secret is in no file, event, row for people or result in any form, and a resumed run has it exactly', async () => {
  const folder = await makeTempFolder();
  const path = join(folder, 'journal.sqlite');
  const program = compile(document, createRegistry([...controlNodes, tell, learn, gateNode()]));
  const events: RunEvent[] = [];
  const once = async () => {
    const journal = openSqliteJournal(path);
    const result = await run(program, {
      runId: 'secrets',
      input: { password: given },
      journal,
      resources: createRunResources({ folder: join(folder, 'files') }),
      onEvents: (batch) => events.push(...batch),
    });
    // Before it is closed: the write-ahead log is there.
    expect(expectNoneOnDisk(folder)).toBeGreaterThan(10_000);
    await journal.close();
    return result;
  };
  const first = await once();
  expect(first).toMatchObject({
    status: 'failed',
    error: { code: 'HTTP_FAILED', message: 'closed for •••• and ••••' },
  });
  const second = await once();
  expect(second.error?.message).toBe(undefined);
  expect(second).toMatchObject({ status: 'completed', output: { result: { text: '••••' } } });
  expect(second.replayedSteps).toBeGreaterThan(5);
  expectNone(JSON.stringify([first, second, first.error?.message, first.error?.details]), 'the result');
  expect(events.filter((event) => event.type === 'node.log').length).toBeGreaterThan(3);
  expectNone(JSON.stringify(events), 'the events');
  expectNoneOnDisk(folder);

  const reader = openJournalReader(path);
  const rows = reader.after(0, 1000).map(({ sealed: _, ...row }) => row);
  expect(rows.find((row) => row.kind === 'finished' && row.path === 'given')?.output).toMatchObject({ text: '••••' });
  expect(rows.find((row) => row.path === 'learn')?.vars).toEqual({ token: '••••' });
  expectNone(JSON.stringify(rows), 'the rows for people');
  reader.close();
});

test('rows without secrets are kept as they are, with nothing sealed', async () => {
  const folder = await makeTempFolder();
  const path = join(folder, 'journal.sqlite');
  const journal = openSqliteJournal(path);
  const plain = workflowOf(
    { start: 'control.start', tell: { type: 'test.tell', params: { text: 'nothing to hide' } } },
    ['start>tell'],
    { variables: [{ name: 'copy', type: 'any' }], inputs: [{ name: 'password', type: 'text', secret: true }] },
  );
  const { status } = await run(compile(plain, createRegistry([...controlNodes, tell])), {
    runId: 'plain',
    input: { password: given },
    journal,
    resources: createRunResources({ folder }),
  });
  await journal.close();
  expect(status).toBe('completed');
  const reader = openJournalReader(path);
  expect(reader.after(0, 100).filter((row) => row.sealed !== undefined)).toEqual([]);
  expect(reader.finished('tell')?.output).toMatchObject({ text: 'nothing to hide' });
  reader.close();
});

test('what a browser keeps is sealed, also in a run that is stopped, and is there for whoever goes on', async () => {
  const folder = await makeTempFolder();
  const path = join(folder, 'journal.sqlite');
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url === '/login')
      response.setHeader('set-cookie', 'session=canary-learned-T0ken-77; path=/; max-age=3600');
    response.end(`<title>t</title><h1>${request.headers.cookie ?? 'nobody'}</h1>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const site = (page: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${page}`;
  const browsing = workflowOf(
    {
      start: 'control.start',
      open: 'browser.open',
      login: { type: 'browser.goto', params: { url: site('/login') } },
      wait: { type: 'control.delay', params: { ms: 600_000 } },
    },
    ['start>open', 'open>login', 'login>wait'],
  );
  const registry = createRegistry(builtinNodes);
  const abort = new AbortController();
  const runFrom = (signal: AbortSignal, events: RunEvent[]) => {
    const journal = openSqliteJournal({ path, runId: 'browsing' });
    return run(compile(browsing, registry), {
      runId: 'browsing',
      input: {},
      journal,
      resources: createRunResources({ folder: join(folder, 'files') }),
      signal,
      onEvents: (batch) => events.push(...batch),
    }).finally(() => void journal.close());
  };
  const events: RunEvent[] = [];
  const running = runFrom(abort.signal, events);
  await waitFor(() => events.some((event) => event.type === 'node.started' && event.nodeId === 'wait'), {
    until: 'it waits',
    timeoutMs: 60_000,
  });
  const kinds = () => {
    const journal = openJournalReader(path);
    const rows = journal.after(0, 100);
    journal.close();
    return rows.map((row) => `${row.kind} ${row.path}`);
  };
  await waitFor(() => kinds().includes('finished login') && kinds().includes('state '), {
    until: 'the state of the browser is in the journal',
    timeoutMs: 60_000,
  });
  const stopped = performance.now();
  abort.abort();
  expect((await running).status).toBe('cancelled');
  expect(performance.now() - stopped).toBeLessThan(4000);
  const kept = readdirSync(folder).filter((name) => name.startsWith('journal'));
  for (const name of kept) {
    const text = readFileSync(join(folder, name), 'latin1');
    expect(text.includes('canary'), `the secret is in ${name}`).toBe(false);
  }
  const journal = openSqliteJournal({ path, runId: 'browsing' });
  const states = journal.load().filter((row) => row.kind === 'state');
  expect(JSON.stringify(states.at(-1)?.data)).toContain('canary-learned-T0ken-77');
  await journal.close();
  const reader = openJournalReader(path);
  expect(reader.after(0, 100).find((row) => row.kind === 'state')?.data).toBe(undefined);
  reader.close();
  server.close();
  server.closeAllConnections();
}, 150_000);

test('what a program writes in pieces is logged in whole lines, with secrets that were cut in two masked', async () => {
  const key = '-----BEGIN KEY-----\ncanaryMIIEvQIBADANBgkq\ncanaryAQEFAASCBKcwgg\n-----END KEY-----';
  const pieces = `ok\nthe key is ${key} and ${given}!\r\n${'x'.repeat(40_000)}${given}`.match(/[^]{1,7}/g) ?? [];
  const writes = defineNode({
    ...small,
    type: 'test.writes',
    title: 'Writes',
    params: z.strictObject({}),
    effect: 'pure',
    examples: [{ title: 'One', params: {} }],
    run(ctx) {
      const lines = ctx.logLines('info');
      for (const piece of pieces) lines.push(piece);
      lines.end();
      return {};
    },
  });
  const events: RunEvent[] = [];
  const folder = await makeTempFolder();
  const journal = openSqliteJournal(join(folder, 'journal.sqlite'));
  await run(
    compile(
      workflowOf({ start: 'control.start', writes: 'test.writes' }, ['start>writes'], {
        inputs: [
          { name: 'password', type: 'text', secret: true },
          { name: 'key', type: 'text', secret: true },
        ],
      }),
      createRegistry([...controlNodes, writes]),
    ),
    {
      runId: 'writes',
      input: { password: given, key },
      journal,
      resources: createRunResources({ folder }),
      onEvents: (batch) => events.push(...batch),
    },
  );
  await journal.close();
  const lines = events.flatMap((event) => (event.type === 'node.log' ? [event.message] : []));
  expect(lines.slice(0, 2)).toEqual(['ok', 'the key is •••• and ••••!']);
  expect(lines.slice(2).join('')).toBe(`${'x'.repeat(40_000)}••••`);
  expect(lines.join('\n')).not.toContain('canary');
});
