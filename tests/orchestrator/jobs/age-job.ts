import { runOn } from '../../support/template-database.ts';

/** As if a job had been pending for so long already. */
export async function ageJob(databaseUrl: string, jobId: string, seconds: number): Promise<void> {
  await runOn(
    databaseUrl,
    `update jobs set not_before = null, pending_since = now() - interval '${seconds} seconds' where id = '${jobId}'`,
  );
}

/** As if a running job had made no progress for so long. */
export async function silenceJob(databaseUrl: string, jobId: string, seconds: number): Promise<void> {
  await runOn(databaseUrl, `update jobs set progress_at = now() - interval '${seconds} seconds' where id = '${jobId}'`);
}
