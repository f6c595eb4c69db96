import { asAppError, type Finding } from '@casare/shared';
import type { Logger } from 'pino';
import { z } from 'zod';
import { pause } from '../backoff.ts';
import { detectCapabilities } from '../machine.ts';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import type { WorkerSettings } from '../worker-messages.ts';
import { examine, type Patient } from './doctor.ts';

/** How often the robot looks at itself; capabilities that changed are told then too. */
const EVERY_MS = 5 * 60_000;

interface ExaminationOptions {
  patient: Patient;
  workerSettings: WorkerSettings;
  instanceId: string;
  client: OrchestratorClient;
  log: Logger;
  signal: AbortSignal;
  onCapabilities(found: string[]): void;
}

export interface Examinations {
  /** Now; the fleet is told what was found. */
  run(): Promise<readonly Finding[]>;
  /** Again and again until the signal. */
  begin(): void;
}

export function createExaminations(options: ExaminationOptions): Examinations {
  const { patient, workerSettings, instanceId, client, log, signal } = options;

  async function run(): Promise<readonly Finding[]> {
    const [findings, capabilities] = await Promise.all([examine(patient), detectCapabilities(workerSettings)]);
    options.onCapabilities(capabilities);
    await client.call('POST', '/robots/doctor', z.unknown(), { body: { instanceId, findings }, signal });
    return findings;
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      await run().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ reason: asAppError(error).message }, 'the doctor could not report');
      });
      await pause(EVERY_MS, signal);
    }
  }

  return { run, begin: () => void loop() };
}
