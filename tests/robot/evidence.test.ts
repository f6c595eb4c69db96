import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Artifact,
  artifactListSchema,
  type Job,
  jobSchema,
  pageOf,
  robotCommandRecordSchema,
  sendCommandsReplySchema,
} from '@casare/shared';
import { PNG } from 'pngjs';
import { fromBuffer } from 'yauzl';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'opensesame-4711';
const PAGE = `<!doctype html><title>Form</title><body style="margin:0;background:#fff">
  <input id="user" style="position:absolute;left:20px;top:20px;width:200px;height:30px">
  <input id="pass" type="password" value="in-the-page" style="position:absolute;left:20px;top:80px;width:200px;height:30px">
  <p id="shown" style="position:absolute;left:20px;top:140px;width:200px;height:30px;margin:0"></p>
  <script>window.token = 'script-token'; document.querySelector('#user').oninput = (e) => { document.querySelector('#shown').textContent = e.target.value; };</script>
</body>`;

let fleet: TestFleet;
let site: Server;
let robot: TestRobot;
beforeAll(async () => {
  site = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(PAGE)).listen(
    0,
    '127.0.0.1',
  );
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'witness', env: { ROBOT_TRACE: 'on-failure' } });
});
afterAll(async () => {
  site.close();
  await fleet[Symbol.asyncDispose]();
});

/** Opens the page, types a secret into an ordinary field and another text into that for passwords, then does this. */
function formThen(last: { type: string; params: Record<string, unknown> }) {
  return flow(
    {
      start: 'control.start',
      open: { type: 'browser.open', params: { url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/` } },
      user: { type: 'browser.type', params: { target: '#user', text: '${input.word}' } },
      pass: { type: 'browser.type', params: { target: '#pass', text: 'typed-password' } },
      say: { type: 'data.log', params: { message: 'typed it' } },
      last: last as never,
    },
    ['start>open', 'open>user', 'user>pass', 'pass>say', 'say>last'],
    { inputs: [{ name: 'word', type: 'text', secret: true }] },
  );
}

async function artifactsOf(job: Pick<Job, 'id'>, kinds: readonly string[]): Promise<Artifact[]> {
  return waitFor(
    async () => {
      const { artifacts } = await fleet.client.call('GET', `/jobs/${job.id}/artifacts`, artifactListSchema);
      const found = artifacts.filter(({ complete }) => complete);
      return kinds.every((kind) => found.some((one) => one.kind === kind)) && found;
    },
    { timeoutMs: 20_000, until: `the artifacts ${kinds.join(', ')} are there` },
  );
}

async function contentOf(artifact: Artifact | undefined): Promise<Buffer> {
  const response = await fetch(`${fleet.url}/api/v1/artifacts/${artifact?.id}/content`, {
    headers: { 'x-api-key': fleet.adminKey },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toContain('attachment');
  return Buffer.from(await response.arrayBuffer());
}

const COVER = [0x1c, 0x1c, 0x1c];
function expectCovered(content: Buffer): void {
  const picture = PNG.sync.read(content);
  const at = (x: number, y: number) => [
    ...picture.data.subarray((y * picture.width + x) * 4, (y * picture.width + x) * 4 + 3),
  ];
  // The field of the secret, the field for passwords, and the paragraph that repeats the secret.
  for (const y of [35, 95, 155]) for (const x of [25, 100, 215]) expect([x, y, at(x, y)]).toEqual([x, y, COVER]);
  expect(at(400, 300)).toEqual([255, 255, 255]);
}

test('a failed job leaves picture, page, trace and its last lines, and no secret in any of them', async () => {
  const job = await fleet.submit(formThen({ type: 'control.throw', params: { message: 'no way on' } }), {
    input: { word: SECRET },
    maxRetries: 0,
  });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'failed', error: { code: 'THROWN' } });
  const found = await artifactsOf(job, ['screenshot', 'html', 'trace', 'log']);
  const of = (kind: string) => found.find((one) => one.kind === kind);
  expectCovered(await contentOf(of('screenshot')));
  const html = (await contentOf(of('html'))).toString();
  expect(html).toContain('id="pass"');
  for (const hidden of [SECRET, 'in-the-page', 'typed-password', 'script-token']) expect(html).not.toContain(hidden);
  expect((await contentOf(of('log'))).toString()).toMatch(/info {2}say: typed it\n.*error last: THROWN: no way on/);
  const trace = await textsOf(await contentOf(of('trace')));
  expect(trace.some(({ name }) => name.endsWith('.trace'))).toBe(true);
  for (const { text } of trace) for (const hidden of [SECRET, 'typed-password']) expect(text).not.toContain(hidden);
});

test('a picture of a running job comes on request, and the command says so', async () => {
  const job = await fleet.submit(formThen({ type: 'control.delay', params: { ms: 600_000 } }), {
    input: { word: SECRET },
  });
  await waitFor(async () => (await fleet.job(job.id)).currentNode === 'last', { timeoutMs: 20_000 });
  const [witness] = await fleet.robots();
  const sent = await fleet.client.call('POST', `/robots/${witness?.id}/commands`, robotCommandRecordSchema, {
    command: 'screenshot',
    jobId: job.id,
  });
  expect(sent).toMatchObject({ state: 'queued', robotName: 'witness', jobId: job.id });
  const done = await outcome(sent.id);
  expect(done).toMatchObject({ state: 'done', artifactId: expect.any(String) });
  const [picture] = await artifactsOf(job, ['screenshot']);
  expect(picture).toMatchObject({ id: done.artifactId, name: 'live-page.png' });
  expectCovered(await contentOf(picture));
  await fleet.client.call('POST', `/jobs/${job.id}/cancel`, jobSchema, {});
  await fleet.ended(job.id);
});

test('commands to many robots at once each tell what came of them, also to one that was away', async () => {
  const other = await fleet.startRobot({ name: 'absent', env: { ROBOT_SCREENSHOTS: 'off' } });
  await other.stop(20_000);
  const robots = await fleet.robots();
  const send = (command: string) =>
    fleet.client.call('POST', '/robots/commands', sendCommandsReplySchema, {
      command,
      robotIds: robots.map(({ id }) => id),
    });
  const { commands } = await send('pause');
  const of = (name: string) => commands.find(({ robotName }) => robotName === name)?.id ?? '';
  expect(await outcome(of('witness'))).toMatchObject({ state: 'done' });
  expect(await outcome(of('absent'), ['queued'])).toMatchObject({ deliveredAt: null });
  const again = await fleet.startRobot({
    name: 'absent',
    dataFolder: other.dataFolder,
    env: { ROBOT_SCREENSHOTS: 'off' },
  });
  expect(await outcome(of('absent'))).toMatchObject({ state: 'done' });
  const logs = await send('logs');
  for (const { id } of logs.commands)
    expect(await outcome(id)).toMatchObject({ state: 'done', artifactId: expect.any(String) });
  const pictures = await send('screenshot');
  const refused = pictures.commands.find(({ robotName }) => robotName === 'absent');
  expect(await outcome(refused?.id ?? '')).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('ROBOT_SCREENSHOTS'),
  });
  for (const { id } of (await send('resume')).commands) expect(await outcome(id)).toMatchObject({ state: 'done' });
  await again.stop(20_000);
  await robot.stop(20_000);
});

async function outcome(id: string, states: readonly string[] = ['done', 'failed', 'expired']) {
  return waitFor(
    async () => {
      const { items } = await fleet.client.call('GET', '/robots/commands?limit=50', pageOf(robotCommandRecordSchema));
      const found = items.find((item) => item.id === id);
      return found && states.includes(found.state) && found;
    },
    { timeoutMs: 20_000, until: `the command is ${states.join(' or ')}` },
  );
}

function textsOf(zip: Buffer): Promise<{ name: string; text: string }[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      const found: { name: string; text: string }[] = [];
      file.on('entry', (entry: { fileName: string }) => {
        file.openReadStream(entry as never, (failure, stream) => {
          if (failure) return reject(failure);
          let text = '';
          stream.setEncoding('latin1').on('data', (part: string) => (text += part));
          stream.on('end', () => {
            found.push({ name: entry.fileName, text });
            file.readEntry();
          });
        });
      });
      file.on('end', () => resolve(found));
      file.readEntry();
    });
  });
}
