import { join } from 'node:path';
import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { HostPlaces } from '../host-messages.ts';

const schema = z.object({
  STUDIO_DIST: z.string().min(1).optional().describe('Folder of the studio build'),
  STUDIO_DATA: z.string().min(1).optional().describe('Run history, drafts and settings'),
  STUDIO_WORKFLOWS: z.string().min(1).optional().describe('Folder of the workflows'),
  STUDIO_EXAMPLES: z.string().min(1).optional().describe('Folder of the examples shown beside them'),
  CASARE_PACKS: z.string().min(1).optional().describe('Folder of the third-party packs'),
  STUDIO_NODE: z.string().min(1).optional().describe('A Node.js program that runs the scripts of code nodes'),
});

export interface Machine {
  isPackaged: boolean;
  platform: NodeJS.Platform;
  version: string;
  /** Folder with package.json of this program. */
  appFolder: string;
  /** What the installer put beside the program. */
  resourcesFolder: string;
  /** This person's folder for the program. */
  userFolder: string;
  homeFolder: string;
}

export interface MainConfig {
  studioFolder: string;
  preload: string;
  hostProgram: string;
  windowStatePath: string;
  keyPath: string;
  places: HostPlaces;
}

/** The environment counts in a checkout only: an installed program takes its parts from where they were installed. CONFIG_INVALID lists every fault. */
export function readMainConfig(env: NodeJS.ProcessEnv, machine: Machine): MainConfig {
  const parsed = schema.safeParse(machine.isPackaged ? {} : env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('CONFIG_INVALID', `The studio cannot start:\n  ${faults.join('\n  ')}`, { details: { faults } });
  }
  const { isPackaged, platform, appFolder, resourcesFolder, userFolder, homeFolder, version } = machine;
  const chosen = parsed.data;
  const examplesFolder = chosen.STUDIO_EXAMPLES ?? (isPackaged ? join(resourcesFolder, 'examples') : undefined);
  const nodePath =
    chosen.STUDIO_NODE ??
    (isPackaged ? join(resourcesFolder, 'node', platform === 'win32' ? 'node.exe' : 'node') : undefined);
  return {
    studioFolder: chosen.STUDIO_DIST ?? join(appFolder, isPackaged ? 'studio' : '../studio/dist'),
    preload: join(appFolder, 'dist/preload/preload.cjs'),
    // Outside the archive: native packages, and a plain Node that runs scripts, can read nothing inside it.
    hostProgram: join(isPackaged ? `${appFolder}.unpacked` : appFolder, 'dist/host/utility.mjs'),
    windowStatePath: join(userFolder, 'window.json'),
    keyPath: join(userFolder, 'fleet-key.bin'),
    places: {
      workflowsFolder: chosen.STUDIO_WORKFLOWS ?? join(homeFolder, 'CasareRPA'),
      dataFolder: chosen.STUDIO_DATA ?? join(userFolder, 'studio'),
      packsFolder: chosen.CASARE_PACKS ?? join(homeFolder, '.casare', 'packs'),
      version,
      ...(examplesFolder !== undefined && { examplesFolder }),
      ...(nodePath !== undefined && { nodePath }),
    },
  };
}
