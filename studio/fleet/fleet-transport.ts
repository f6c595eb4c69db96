import type { FleetEvent, JobStream } from '@casare/shared';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RequestOptions {
  body?: unknown;
  /** Makes a repeated creation harmless. */
  idempotencyKey?: string;
}

export type LinkState = 'off' | 'connecting' | 'live' | 'reconnecting' | 'refused';

export interface FeedHandlers {
  /** Seq of the last event seen; asked at each (re)connection, so that nothing is missed. */
  since: () => number | undefined;
  /** The feed stands; `seq` is where it goes on from, `resync`: too much was missed, load afresh. */
  onReady: (reply: { seq: number; resync: boolean }) => void;
  onEvent: (event: FleetEvent) => void;
  onResync: () => void;
  onState: (state: LinkState, reason?: string) => void;
}

/** How the fleet pages reach an orchestrator: through the host (the key stays there) or directly with a key. */
export interface FleetTransport {
  /** Body of a success; anything else rejects with an AppError. */
  request: (method: HttpMethod, path: string, options?: RequestOptions) => Promise<unknown>;
  /** Live events until the returned function is called. */
  subscribe: (handlers: FeedHandlers) => () => void;
  /** Journal rows and log lines of one job as they come, until the returned function is called. */
  watchJob: (jobId: string, onStream: (stream: JobStream) => void) => () => void;
}
