import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../../orchestrator/db/embedded.ts';
import { sql } from '../../../orchestrator/db/sql.ts';
import { readConfig, startOrchestrator } from '../../../orchestrator/index.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Answer, caller, one, publish, query, register, testCatalog } from '../fleet.ts';

const makeTempFolder = prepareTempFolders('restart');

/** The end that a crash of the machine or `pg_ctl stop -m immediate` is to PostgreSQL: nothing is flushed or said goodbye to. */
async function crash(folder: string): Promise<void> {
  const pid = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  const isGone = () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  await waitFor(isGone, { until: 'PostgreSQL has crashed' });
}

test('PostgreSQL crashes and starts again under load: 503 meanwhile, at work within 10 s, nothing acknowledged is lost', async () => {
  const folder = await makeTempFolder();
  // PostgreSQL runs as a user of its own where this runs as root.
  await chmod(folder, 0o755);
  let server = await startEmbedded(folder);
  const port = Number(new URL(server.url).port);
  const databaseUrl = server.url;
  const env = { PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl };
  const orchestrator = await startOrchestrator(readConfig(env), { catalog: testCatalog });
  try {
    const keys = await orchestrator.createFirstKeys();
    const admin = caller(orchestrator.url, keys?.adminKey);
    const robotCall = caller(orchestrator.url, keys?.robotKey);
    const workflowId = await publish(admin);
    const robot = await register(robotCall, { maxConcurrentJobs: 50 });
    const refusals: Answer[] = [];
    /** Until it is accepted; an answer that is not one of "try again" is an error. */
    const insist = (send: () => Promise<Answer>) =>
      waitFor(
        async () => {
          const answer = await send();
          if (answer.status < 300) return answer;
          expect(answer).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } });
          refusals.push(answer);
          return undefined;
        },
        { until: 'the request is accepted', timeoutMs: 20_000 },
      );
    const accepted: string[] = [];
    const completed: string[] = [];
    let submitting = true;
    const submitter = async () => {
      for (let i = 0; submitting; i++) {
        const headers = { 'idempotency-key': crypto.randomUUID() };
        const { body } = await insist(() => admin('POST', '/jobs', { workflowId, reference: `${i}` }, headers));
        accepted.push(one(body['jobs'] as { id: string }[]).id);
      }
    };
    const runner = async () => {
      while (submitting || completed.length < accepted.length) {
        const claim = { claimKey: crypto.randomUUID(), instanceId: robot.instanceId, n: 5 };
        const { body } = await insist(() => robotCall('POST', '/jobs/claim', claim));
        for (const job of body['jobs'] as { jobId: string; fence: number }[]) {
          await insist(() => robot.report(job, 'complete'));
          completed.push(job.jobId);
        }
      }
    };
    const load = Promise.all([submitter(), submitter(), runner()]);
    for (let round = 1; round <= 2; round++) {
      const before = { refused: refusals.length, accepted: accepted.length };
      await waitFor(() => accepted.length >= before.accepted + 20, { until: 'there is load', timeoutMs: 20_000 });
      await crash(folder);
      await waitFor(() => refusals.length > before.refused, { until: 'requests are refused', timeoutMs: 10_000 });
      expect((await admin('GET', '/health/live')).status).toBe(200);
      expect((await admin('GET', '/health/ready')).status).toBe(503);
      server = await startEmbedded(folder, { port });
      const back = performance.now();
      const during = accepted.length;
      await waitFor(() => accepted.length > during, { until: 'jobs are accepted again', timeoutMs: 10_000 });
      expect(performance.now() - back).toBeLessThan(10_000);
    }
    submitting = false;
    await load;
    expect(refusals.every(({ headers }) => Number(headers.get('retry-after')) >= 1)).toBe(true);
    const rows = await query<{ id: string; ends: number }>(
      { databaseUrl },
      sql`select j.id, (select count(*)::int from events e where e.subject_id = j.id and e.type = 'job.completed') as ends
          from jobs j where j.state = 'completed'`,
    );
    expect(rows.map(({ id }) => id).toSorted()).toEqual(accepted.toSorted());
    expect(completed.toSorted()).toEqual(accepted.toSorted());
    expect(rows.filter(({ ends }) => ends !== 1)).toEqual([]);
  } finally {
    await orchestrator.stop();
    await server.stop();
  }
}, 90_000);
