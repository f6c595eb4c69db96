import type { EventType, FleetEvent } from '@casare/shared';
import type { Context } from '../context.ts';
import { readFleetMetrics } from '../metrics/fleet.ts';
import { readSubjects } from './show-events.ts';

interface LiveFiguresOptions {
  /** Number of the last stored event that was handed out. */
  lastSeq(): number;
  /** Workspaces somebody looks at. */
  watched(): readonly Place[];
  send(event: FleetEvent): void;
}

interface Place {
  readonly tenantId: string;
  readonly workspaceId: string;
}

export interface LiveFigures {
  stop(): Promise<void>;
}

type Changed = Map<string, Place & { readonly id: string; readonly type: EventType }>;

const gatherMs = 200;
/** Figures of a queue are counted, which takes longer the more waits in it. */
const queuesMs = 500;
const metricsMs = 5000;

/** Figures that change all the time – heartbeats, progress, depth of the queue: gathered, read once and shown, not stored. */
export function startLiveFigures(context: Context, options: LiveFiguresOptions): LiveFigures {
  const { database, signals } = context;
  const changed: Changed = new Map();
  const queues: Changed = new Map();
  const shownMetrics = new Map<string, string>();

  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind !== 'robot' && signal.kind !== 'job' && signal.kind !== 'queue') return;
    if (!options.watched().some(({ workspaceId }) => workspaceId === signal.workspaceId)) return;
    if (signal.kind === 'queue') queues.set(signal.id, { ...signal, type: 'queue.figures' });
    else changed.set(signal.id, { ...signal, type: signal.kind === 'robot' ? 'robot.heartbeat' : 'job.progress' });
  });

  async function show(figures: Changed): Promise<void> {
    if (figures.size === 0) return;
    const subjects = [...figures.values()];
    figures.clear();
    const resources = await readSubjects(
      database.system,
      subjects.map(({ tenantId, id, type }) => ({ tenant_id: tenantId, subject_id: id, type })),
    );
    for (const { tenantId, workspaceId, id, type } of subjects) {
      const data = resources.get(id);
      if (data) send(type, { tenantId, workspaceId }, data);
    }
  }

  async function showMetrics(): Promise<void> {
    for (const place of options.watched()) {
      const metrics = await readFleetMetrics(context, place);
      const text = JSON.stringify(metrics);
      if (shownMetrics.get(place.workspaceId) === text) continue;
      shownMetrics.set(place.workspaceId, text);
      send('queue.metrics', place, { ...metrics });
    }
  }

  function send(type: EventType, { tenantId, workspaceId }: Place, data: Record<string, unknown>): void {
    const ts = new Date().toISOString();
    options.send({ seq: options.lastSeq(), type, ts, tenant_id: tenantId, workspace_id: workspaceId, data });
  }

  const onError = (error: unknown) => context.log.warn({ err: error }, 'live figures could not be read');
  const timers = [
    every(gatherMs, () => show(changed), onError),
    every(queuesMs, () => show(queues), onError),
    every(metricsMs, showMetrics, onError),
  ];
  return {
    async stop() {
      unsubscribe();
      await Promise.all(timers.map((stop) => stop()));
    },
  };
}

/** Runs something again and again, never two at a time. Returns what ends it. */
function every(ms: number, run: () => Promise<void>, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= run()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  }, ms);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
