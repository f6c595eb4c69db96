import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { ProgramEnd } from '../../resources/programs.ts';

/** Parameters of every step that runs a program. */
export const programFields = {
  folder: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'Working folder', placeholder: 'the folder of the run', 'x-widget': 'folder', 'x-advanced': true }),
  environment: z.record(z.string().max(200), z.string().max(32_000)).default({}).meta({
    title: 'Environment',
    description: 'Variables the program gets besides PATH and the like.',
    'x-widget': 'keyvalue',
    'x-advanced': true,
  }),
  success: z
    .enum(['zero', 'any'])
    .default('zero')
    .meta({ title: 'Succeeds with', description: 'Exit code 0 only, or any exit code.' }),
  log: z.boolean().default(true).meta({ title: 'Output to the log', 'x-advanced': true }),
  repeatable: z.boolean().default(false).meta({
    title: 'May run twice',
    description: 'After a crash it is run again without asking a person.',
    'x-advanced': true,
  }),
};

export const programOutput = z.object({
  code: z.number().nullable(),
  output: z.string(),
  errors: z.string(),
  truncated: z.boolean(),
  durationMs: z.number(),
});

/** The output of the step; PROGRAM_FAILED when its end does not count as success. */
export function outputOf(name: string, end: ProgramEnd, success: 'zero' | 'any'): z.output<typeof programOutput> {
  const { code, signal, output, errors, truncated, durationMs } = end;
  if (success === 'any' || code === 0) return { code, output, errors, truncated, durationMs: Math.round(durationMs) };
  const last = (errors.trim() || output.trim()).split('\n').slice(-5).join('\n').slice(-1000);
  throw new AppError(
    'PROGRAM_FAILED',
    `${name} ended with ${signal === null ? `exit code ${code}` : `the signal ${signal}`}.${last === '' ? '' : ` It said: ${last}`}`,
    { details: { code, signal, output: output.slice(-4000), errors: errors.slice(-4000) } },
  );
}
