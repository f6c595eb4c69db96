import type { DeliveryRow } from '../delivery-row.ts';
import type { EndedJob } from './await-job.ts';

/** What is sent back for a message. */
export interface HookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers that a workflow may set. The rest would let what a stranger sent speak for this server. */
const allowedHeaders = /^(content-language|content-type|location|retry-after|x-[a-z0-9-]{1,60})$/;

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HookAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** The job is there and its end is not: where to ask for it. */
export function acceptedAnswer(path: string, row: DeliveryRow): HookAnswer {
  const answers = `${path}/answers/${row.answer_key}`;
  return jsonAnswer(
    202,
    { state: row.job_state ?? 'pending', jobId: row.job_id, answer: answers },
    { location: answers },
  );
}

/** No job came of it, and none will of the same message. */
export function withoutJob(row: DeliveryRow): HookAnswer {
  if (row.state === 'filtered') return jsonAnswer(200, { state: 'filtered' });
  return jsonAnswer(422, {
    state: 'refused',
    error: row.reason && { code: row.reason.code, message: row.reason.message },
  });
}

/**
 * The outputs `responseStatus`, `responseHeaders` and `responseBody` of the workflow are the answer; without them all outputs are, as JSON. Why a
 * job failed stays here: the sender is told only that it did.
 */
export function endedAnswer(job: EndedJob, jobId: string | null): HookAnswer {
  if (job.state !== 'completed')
    return jsonAnswer(502, { state: job.state, jobId, error: job.error && { code: job.error.code } });
  const output = typeof job.output === 'object' && job.output !== null ? (job.output as Record<string, unknown>) : {};
  const { responseStatus, responseHeaders, responseBody } = output;
  const status = Number.isInteger(responseStatus) ? Math.min(599, Math.max(200, Number(responseStatus))) : 200;
  const headers = readHeaders(responseHeaders);
  if (responseBody === undefined && responseStatus === undefined) return jsonAnswer(status, job.output, headers);
  if (typeof responseBody === 'string')
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: responseBody };
  return jsonAnswer(status, responseBody ?? null, headers);
}

function readHeaders(given: unknown): Record<string, string> {
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name, value]) => allowedHeaders.test(name) && /^[\x20-\x7e]{0,2000}$/.test(value)),
  );
}
