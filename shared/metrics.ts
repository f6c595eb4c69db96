import { z } from 'zod';

/** `GET /metrics/fleet` (also event `queue.metrics`, every 5 s while something changes). */
export const fleetMetricsSchema = z.strictObject({
  robots: z.strictObject({ total: z.int(), online: z.int(), busy: z.int(), offline: z.int() }),
  jobs: z.strictObject({
    pending: z.int(),
    running: z.int(),
    waiting: z.int(),
    /** Of those waiting: for a decision about a step in doubt. */
    decisions: z.int(),
    /** Ended within the last 24 hours. */
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    deadLetters: z.int(),
  }),
  /** Questions to people that nobody has answered. */
  tasks: z.strictObject({ open: z.int() }),
  /** Age of the oldest pending job in seconds; null when there is none. */
  oldestPendingSeconds: z.number().nullable(),
  /** Queue depth and ends per minute of the last hour, oldest first. */
  lastHour: z.array(z.strictObject({ minute: z.string(), pending: z.int(), completed: z.int(), failed: z.int() })),
});
export type FleetMetrics = z.infer<typeof fleetMetricsSchema>;
