import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreatedTrigger, TriggerInput } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCommand } from '../../../orchestrator/triggers/kinds/parse-command.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, register, startFleet, type TestRobot } from '../fleet.ts';
import { createTrigger, jobsOf, post, publishWithInputs, send, sign, whenJobs } from './trigger-bench.ts';

let fleet: Fleet;
let robot: TestRobot;
let chat: Server;
let said: unknown[] = [];
let statuses: number[] = [];
const secret = 'the signing secret of the app';

beforeAll(async () => {
  chat = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      said.push(JSON.parse(text));
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
  fleet = await startFleet({ timing: { reapSeconds: 0.05 }, egress: { allowed: ['127.0.0.1'] } });
  robot = await register(fleet.robot);
});
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  chat.closeAllConnections();
  await new Promise((resolve) => chat.close(resolve));
});

const create = async (
  id: string,
  settings: Extract<TriggerInput, { kind: 'chat' }>['settings'],
): Promise<CreatedTrigger & { workflowId: string }> => {
  const workflowId = await publishWithInputs(fleet.admin, id, [{ name: 'payload', type: 'any' }]);
  const secrets = settings?.scheme === 'standard' ? {} : { signing: secret };
  const made = await createTrigger(fleet.admin, { kind: 'chat', name: id, workflowId, settings, secrets });
  return { ...made, workflowId };
};
const slack = (made: CreatedTrigger, fields: Record<string, string>, at = Date.now()) => {
  const body = new URLSearchParams(fields).toString();
  const timestamp = String(Math.floor(at / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return post(fleet, made.trigger, body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  });
};

test('texts are taken apart into command, words and options', () => {
  expect(parseCommand('Invoice 4711 to="Ada Lovelace" --urgent --copies=2 “two words”')).toEqual({
    command: 'invoice',
    args: ['4711', 'two words'],
    options: { to: 'Ada Lovelace', urgent: true, copies: '2' },
  });
  expect(parseCommand('  ')).toEqual({ command: '', args: [], options: {} });
  expect(parseCommand('x __proto__=1').options).toEqual(JSON.parse('{"__proto__":"1"}'));
});

test('a command of Slack starts a job and hears of its end where it asked to', async () => {
  const made = await create('slack-command', { commands: ['invoice', 'status'] });
  const replyTo = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/reply`;
  const fields = { text: 'invoice 4711', user_id: 'U1', user_name: 'ada', channel_id: 'C1', response_url: replyTo };
  expect((await slack(made, { text: 'coffee' })).body['text']).toBe('Commands: invoice, status.');
  const at = Date.now();
  const answer = await slack(made, fields, at);
  expect(answer).toMatchObject({ status: 200, body: { response_type: 'ephemeral' } });
  // Slack sends it again when the answer was slow.
  expect((await slack(made, fields, at)).body['jobId']).toBe(answer.body['jobId']);
  const [job] = await whenJobs(fleet.admin, made.workflowId, 1);
  expect(job?.input['payload']).toMatchObject({ command: 'invoice', args: ['4711'], user: { id: 'U1', name: 'ada' } });
  await robot.report(one(await robot.claim()), 'complete', { output: { responseText: 'Invoice 4711 is paid.' } });
  await waitFor(() => said.length > 0, { until: 'the chat hears of it' });
  expect(said).toEqual([{ response_type: 'ephemeral', text: 'Invoice 4711 is paid.' }]);
  expect(await jobsOf(fleet.admin, made.workflowId)).toHaveLength(1);

  expect((await slack(made, fields, Date.now() - 400_000)).status).toBe(401);
  const body = new URLSearchParams(fields).toString();
  expect((await post(fleet, made.trigger, body, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
    401,
  );
});

test('Slack may ask whether the address is ours', async () => {
  const made = await create('slack-verify', {});
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const answer = await post(fleet, made.trigger, body, {
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  });
  expect(answer.body).toEqual({ challenge: 'abc' });
});

test('any chat: JSON, signed by Standard Webhooks, with the end of the job as the answer', async () => {
  const made = await create('any-chat', { scheme: 'standard', answerSeconds: 20 });
  const asked = send(fleet, made.trigger, sign(made.secret ?? '', { text: 'status --all', user: 'ada' }));
  const job = await waitFor(async () => (await robot.claim())[0], { until: 'the job is there' });
  await robot.report(job, 'complete', { output: { responseText: 'All is well.' } });
  expect((await asked).body).toMatchObject({ text: 'All is well.' });
});
