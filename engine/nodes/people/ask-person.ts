import { answerFaults, AppError, type HumanAnswer, humanAnswerSchema, type HumanTask, type Port } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';

export const deadlineField = z.number().min(0).max(525_600).default(0).meta({
  title: 'Wait at most',
  description: 'Then the run goes on at Expired. 0: as long as it takes.',
  unit: 'min',
});

export const expiredPort: Port = { id: 'expired', title: 'Expired', kind: 'flow' };

/** What stands beside the start of the step. Whoever wakes a run that was parked writes the answer there, or that nobody gave one in time. */
interface Kept {
  deadline: number | null;
  answer?: unknown;
  expired?: boolean;
}

/** Puts the question and waits. A run that is taken up again waits for the same one, to the same moment. Undefined: nobody answered in time. */
export async function askPerson(
  ctx: NodeContext,
  question: Pick<HumanTask, 'kind' | 'title' | 'text'> & Partial<HumanTask>,
  minutes: number,
): Promise<HumanAnswer | undefined> {
  const resumed = ctx.resumed as Kept | undefined;
  const deadline = resumed ? resumed.deadline : minutes > 0 ? ctx.now() + minutes * 60_000 : null;
  if (!resumed) await ctx.checkpoint({ deadline } satisfies Kept);
  const { workflowName } = ctx.run;
  const task: HumanTask = {
    fields: [],
    choices: [],
    ...question,
    id: ctx.effectKey,
    workflowName,
    nodeId: ctx.nodeId,
    deadline,
  };
  ctx.signal.throwIfAborted();
  if (resumed?.answer !== undefined) {
    const answer = humanAnswerSchema.parse(resumed.answer);
    refuseFaults(task, answer);
    return answer;
  }
  if (resumed?.expired || (deadline !== null && deadline <= ctx.now())) return undefined;
  const over = new AbortController();
  const signal = AbortSignal.any([ctx.signal, over.signal]);
  const asked = ctx.people.ask(task, signal);
  const expired = deadline === null ? undefined : expiry(ctx, deadline, over.signal);
  try {
    const answer = await (expired ? Promise.race([asked, expired]) : asked);
    if (answer) refuseFaults(task, answer);
    return answer;
  } finally {
    asked.catch(() => undefined);
    over.abort();
  }
}

/** Waits by the clock of the run in pieces, so that it ends soon after the answer has come. */
async function expiry(ctx: NodeContext, deadline: number, over: AbortSignal): Promise<undefined> {
  for (let left = deadline - ctx.now(); left > 0 && !over.aborted; left = deadline - ctx.now()) {
    await ctx.sleep(Math.min(left, 500));
  }
  return undefined;
}

function refuseFaults(task: HumanTask, answer: HumanAnswer): void {
  const faults = answerFaults(task, answer);
  const [first] = Object.entries(faults);
  if (first)
    throw new AppError('VALIDATION', `The answer does not fit: ${first[0]}: ${first[1]}`, { details: { faults } });
}
