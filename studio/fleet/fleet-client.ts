import type { JobStream } from '@casare/shared';
import { createFleetApi, type FleetApi } from './fleet-api.ts';
import type { FleetTransport } from './fleet-transport.ts';
import { createLiveFeed, type LiveFeed } from './live/live-feed.ts';

/** An orchestrator as the studio uses it: calls, live events, the stream of one job. */
export interface FleetClient {
  api: FleetApi;
  live: LiveFeed;
  watchJob: (jobId: string, onStream: (stream: JobStream) => void) => () => void;
  close: () => void;
}

export function createFleetClient(transport: FleetTransport): FleetClient {
  const live = createLiveFeed(transport);
  return { api: createFleetApi(transport), live, watchJob: transport.watchJob, close: live.close };
}
