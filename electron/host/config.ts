import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@casare/shared';
import { z } from 'zod';

const schema = z.object({
  STUDIO_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4777)
    .describe('Port of the studio on 127.0.0.1; 0 picks a free one'),
  STUDIO_DIST: z.string().min(1).describe('Folder of the studio build'),
  STUDIO_DATA: z
    .string()
    .min(1)
    .default(join(homedir(), '.casare', 'studio'))
    .describe('Run history, drafts and settings'),
  STUDIO_WORKFLOWS: z.string().min(1).default(join(homedir(), 'CasareRPA')).describe('Folder of the workflows'),
  STUDIO_EXAMPLES: z.string().min(1).optional().describe('Folder of the examples shown beside them'),
  CASARE_PACKS: z
    .string()
    .min(1)
    .default(join(homedir(), '.casare', 'packs'))
    .describe('Folder of the third-party packs'),
  /** Both or none: the connection this start begins with, in place of the one kept from before. */
  ORCHESTRATOR_URL: z.url().optional().describe('Orchestrator to connect to'),
  ORCHESTRATOR_API_KEY: z.string().min(1).optional().describe('Key for it'),
});

export type HostConfig = z.infer<typeof schema>;

/** Reads the environment once; CONFIG_INVALID lists every fault. */
export function readHostConfig(env: NodeJS.ProcessEnv): HostConfig {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('CONFIG_INVALID', `The studio host cannot start:\n  ${faults.join('\n  ')}`, {
    details: { faults },
  });
}
