import type { ProgramPolicy } from '@casare/engine';
import type { Finding } from '@casare/shared';
import { checkBrowser, checkFolder, checkKeyFile, checkMemory, checkNode, checkPrograms } from './check-machine.ts';
import { checkOrchestrator } from './check-orchestrator.ts';
import { checkSession } from './check-session.ts';

export interface Patient {
  url: string;
  key: string;
  keyFile?: string;
  dataFolder: string;
  programs: ProgramPolicy;
  jobMemoryMb: number;
}

/** Everything a robot needs, each with what was found and what to do about it. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const [orchestrator, session] = await Promise.all([checkOrchestrator(patient.url, patient.key), checkSession()]);
  return [
    ...orchestrator,
    checkNode(),
    checkMemory(patient.jobMemoryMb),
    ...checkFolder(patient.dataFolder),
    ...checkKeyFile(patient.keyFile),
    ...checkBrowser(),
    ...checkPrograms(patient.programs),
    ...session,
  ];
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count('error'), count('warn')];
  if (errors + warnings === 0) return 'Nothing is wrong.';
  const parts = [errors > 0 ? `${errors} to put right` : '', warnings > 0 ? `${warnings} to look at` : ''];
  return `${parts.filter(Boolean).join(', ')}.`;
}
