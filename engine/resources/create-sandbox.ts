import { AppError, logLevelSchema } from '@casare/shared';
import { z } from 'zod';
import { lendInTurn } from './lend-in-turn.ts';
import { startPatternThread } from './pattern-thread.ts';
import type { PatternJob, PatternResults, Sandbox, ScriptJob, ScriptResult } from './sandbox.ts';
import type { FindJail } from './sandbox-jail.ts';
import { startScriptProcess } from './script-process.ts';
import type { ScriptAnswer } from './script-runner.ts';

export interface SandboxPrograms {
  /** File of sandbox-child and of pattern-worker, where the engine was bundled into one file. */
  script?: string;
  pattern?: URL;
  /** File of document-worker, likewise. */
  document?: URL;
  /** File of desktop/child, likewise. */
  desktop?: string;
  /** File of sqlite-child, likewise. */
  sqlite?: string;
  /** File of pack-child, the process of a third-party pack. */
  pack?: string;
  /** The Node that runs scripts. Default: the one of this process. */
  runtime?: string;
}

/** Processes and threads start when the first script or pattern runs, serve one after the other, and end with `close`. */
export function createSandbox(programs: SandboxPrograms = {}, findJail?: FindJail): Sandbox {
  const scripts = lendInTurn(() => startScriptProcess(programs.script, programs.runtime, findJail), 2);
  const patterns = lendInTurn(() => startPatternThread(programs.pattern), 2);
  return {
    async runScript({ code, input, timeoutMs, memoryMb }: ScriptJob, signal): Promise<ScriptResult> {
      const order = { code, input: JSON.stringify(input ?? null), timeoutMs, memoryMb };
      const answer = await scripts.use(signal, (process) => process.run(order, signal));
      signal.throwIfAborted();
      return readAnswer(answer, timeoutMs);
    },
    async runPattern<Operation extends keyof PatternResults>(
      job: PatternJob & { operation: Operation },
      signal: AbortSignal,
    ): Promise<PatternResults[Operation]> {
      return (await patterns.use(signal, (thread) => thread.run(job, signal))) as PatternResults[Operation];
    },
    async close() {
      await Promise.all([scripts.close(), patterns.close()]);
    },
  };
}

/** The process that answers ran code of others: what it says is looked at like anything from outside. */
const answerSchema = z.object({
  output: z.string().optional(),
  failure: z.object({ message: z.string(), line: z.number().optional(), reason: z.string() }).optional(),
  logs: z.array(z.object({ level: z.string(), message: z.string() })),
});

function readAnswer(given: ScriptAnswer | undefined, timeoutMs: number): ScriptResult {
  const answer = answerSchema.safeParse(given).data;
  if (answer === undefined) {
    throw new AppError(
      'CODE_FAILED',
      `The script broke its sandbox or did not end within ${timeoutMs} ms, so it was stopped. Make it simpler or give it more time.`,
      { details: { reason: 'killed' } },
    );
  }
  const logs = answer.logs.slice(0, 1000).map(({ level, message }) => {
    const known = logLevelSchema.safeParse(level);
    return { level: known.success ? known.data : ('info' as const), message: message.slice(0, 4096) };
  });
  if (answer.failure) {
    const { message, line, reason } = answer.failure;
    throw new AppError('CODE_FAILED', `${line === undefined ? '' : `Line ${line}: `}${message}`, {
      details: {
        reason,
        logs: logs.slice(-10).map((entry) => entry.message.slice(0, 300)),
        ...(line === undefined ? {} : { line }),
      },
    });
  }
  return { output: JSON.parse(answer.output ?? 'null') as unknown, logs };
}
