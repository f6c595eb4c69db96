import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricNames, promtool, usedNames } from '../../support/promtool.ts';
import { caller, type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function read(): Promise<string> {
  return (await fleet.admin<{ text: string }>('GET', '/metrics')).body.text;
}

function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
}

test('Prometheus finds nothing wrong with the figures, and no series comes twice', async () => {
  const text = await read();
  expect(await promtool(['check', 'metrics'], text)).toBe('');
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = series.map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(names).toHaveLength(new Set(names).size);
});

test('dashboards and alerts are made of figures that exist', async () => {
  const names = metricNames(await read());
  for (const path of ['fleet.json', 'orchestrator.json'])
    expect((await usedNames(`build/grafana/${path}`)).filter((name) => !names.has(name))).toEqual([]);
  const alerts = await usedNames('build/prometheus/alerts.yml');
  expect(alerts.length).toBeGreaterThan(8);
  expect(alerts.filter((name) => !names.has(name) && !name.startsWith('casare_robot_'))).toEqual([]);
  expect(await promtool(['check', 'rules', 'build/prometheus/alerts.yml'])).toBe('');
});

test('what happens is counted: jobs, stale reports, wrong keys, ids of nobody', async () => {
  const before = await read();
  const robot = await register(fleet.robot);
  await submit(fleet.admin, await publish(fleet.admin));
  const job = one(await robot.claim());
  const stale = { fence: job.fence + 1, lastStepSeq: 0, output: {} };
  expect((await fleet.robot('POST', `/jobs/${job.jobId}/complete`, stale)).status).toBe(409);
  const ok = await fleet.robot('POST', `/jobs/${job.jobId}/complete`, { ...stale, fence: job.fence });
  expect(ok.status).toBe(200);
  await caller(fleet.url, 'crpa_test_wrong')('GET', '/jobs');
  await fleet.admin('GET', '/jobs/00000000-0000-4000-8000-000000000000');
  await fleet.robot('GET', '/jobs');
  const after = await read();
  const grown = (series: string) => valueOf(after, series) - (valueOf(before, series) || 0);
  expect({
    submitted: grown('casare_jobs_submitted_total'),
    claimed: grown('casare_jobs_claimed_total'),
    completed: grown('casare_jobs_reported_total{report="complete",state="completed"}'),
    stale: grown('casare_security_events_total{event="stale_lease"}'),
    wrong: grown('casare_security_events_total{event="wrong_credentials"}'),
    unknown: grown('casare_security_events_total{event="unknown_id"}'),
    forbidden: grown('casare_security_events_total{event="forbidden"}'),
  }).toEqual({ submitted: 1, claimed: 1, completed: 1, stale: 1, wrong: 1, unknown: 1, forbidden: 1 });
  expect(grown('casare_errors_total{code="STALE_LEASE"}')).toBe(1);
  expect(await promtool(['check', 'metrics'], after)).toBe('');
});

test('every answer shows the id of its request, an error in its body too', async () => {
  for (const path of ['/health/live', '/jobs'])
    expect((await fleet.admin('GET', path)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  for (const path of ['/nowhere', `/jobs/${'x'.repeat(300)}`, '/jobs?limit=many']) {
    const answer = await fleet.admin<{ error: { requestId: string } }>('GET', path);
    expect(answer.body.error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(answer.body.error.requestId);
  }
});
