import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useFleetClient } from '../fleet-context.tsx';
import { createFollowedJob, type FollowedJob } from './follow-job.ts';
import type { Numbered, RowLog } from './row-log.ts';

/** Follows a job while the calling component is shown. */
export function useFollowedJob(jobId: string): FollowedJob {
  const client = useFleetClient();
  const followed = useMemo(() => createFollowedJob(client, jobId), [client, jobId]);
  useEffect(() => followed.start(), [followed]);
  return followed;
}

export function useRows<Row extends Numbered>(log: RowLog<Row>): readonly Row[] {
  return useSyncExternalStore(log.subscribe, log.rows);
}

export function useFollowStatus(followed: FollowedJob) {
  return useSyncExternalStore(followed.onStatus, followed.status);
}
