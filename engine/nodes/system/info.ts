import { statfs } from 'node:fs/promises';
import {
  arch,
  availableParallelism,
  freemem,
  hostname,
  loadavg,
  networkInterfaces,
  platform,
  release,
  totalmem,
  uptime,
  userInfo,
} from 'node:os';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

const mebibyte = 1024 * 1024;

export const info = defineNode({
  type: 'system.info',
  version: 1,
  title: 'About this machine',
  category: 'system',
  icon: 'monitor-cog',
  description:
    'Tells the system, processors, memory, disk space and network addresses of the machine the workflow runs on.',
  synonyms: ['cpu', 'ram', 'disk', 'os', 'hostname', 'computer name', 'user name'],
  params: z.strictObject({}),
  output: z.object({
    name: z.string(),
    user: z.string(),
    system: z.string(),
    release: z.string(),
    architecture: z.string(),
    processors: z.number(),
    /** Average number of processes that wanted to run in the last minute; 0 on Windows. */
    load: z.number(),
    memoryMb: z.number(),
    memoryFreeMb: z.number(),
    diskMb: z.number(),
    diskFreeMb: z.number(),
    uptimeSeconds: z.number(),
    addresses: z.array(z.string()),
  }),
  effect: 'idempotent',
  examples: [{ title: 'All of it', params: {} }],
  async run(ctx) {
    const disk = await statfs(ctx.files.folder);
    return {
      output: {
        name: hostname(),
        user: userInfo().username,
        system: platform(),
        release: release(),
        architecture: arch(),
        processors: availableParallelism(),
        load: loadavg()[0] ?? 0,
        memoryMb: Math.round(totalmem() / mebibyte),
        memoryFreeMb: Math.round(freemem() / mebibyte),
        diskMb: Math.round((disk.blocks * disk.bsize) / mebibyte),
        diskFreeMb: Math.round((disk.bavail * disk.bsize) / mebibyte),
        uptimeSeconds: Math.round(uptime()),
        addresses: Object.values(networkInterfaces())
          .flat()
          .flatMap((one) => (one && !one.internal ? [one.address] : [])),
      },
    };
  },
});
