import type { SandboxPrograms } from '../resources/create-sandbox.ts';
import { lendInTurn } from '../resources/lend-in-turn.ts';
import { type PackProcess, type PackProcessOptions, type PackSource, startPackProcess } from './pack-process.ts';

/** The processes of third-party packs that one run uses. */
export interface PackRunner {
  run(pack: PackSource, ...step: Parameters<PackProcess['run']>): ReturnType<PackProcess['run']>;
  close(): Promise<void>;
}

/** Steps of one pack that may run at the same time. */
const processesPerPack = 2;

export function createPackRunner(options: PackProcessOptions = {}): PackRunner {
  const processes = new Map<string, ReturnType<typeof lendInTurn<PackProcess>>>();
  return {
    run(pack, order, hear, signal) {
      let lent = processes.get(pack.entry);
      if (!lent) {
        lent = lendInTurn(() => startPackProcess(pack, options), processesPerPack);
        processes.set(pack.entry, lent);
      }
      return lent.use(signal, (process) => process.run(order, hear, signal));
    },
    async close() {
      await Promise.all([...processes.values()].map((lent) => lent.close()));
    },
  };
}

/** How packs are started where the engine was bundled. */
export function packOptions({ pack, runtime }: SandboxPrograms = {}): PackProcessOptions {
  return { ...(pack !== undefined && { program: pack }), ...(runtime !== undefined && { runtime }) };
}
