import type { EndedJob } from '../http/await-job.ts';

const longest = 3000;

/** What became of a job, in words: the output `responseText` of the workflow, or its outputs as JSON. */
export function chatText({ state, output, error }: EndedJob): string {
  if (state === 'cancelled') return 'The job was cancelled.';
  if (state !== 'completed') return `The job failed (${error?.code ?? 'INTERNAL'}).`;
  const text =
    typeof output === 'object' && output !== null && 'responseText' in output ? output['responseText'] : undefined;
  if (typeof text === 'string' && text !== '') return text.slice(0, longest);
  if (output === null || (typeof output === 'object' && Object.keys(output).length === 0)) return 'Done.';
  return JSON.stringify(output).slice(0, longest);
}
