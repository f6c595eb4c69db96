import type { FaultResult } from './harness/fault.ts';

export interface Ran {
  readonly name: string;
  readonly seed: number;
  readonly result: FaultResult;
}

/** What a run comes to, in the words of the reliability page. */
function summary({ name, seed, result }: Ran) {
  const of = (prefix: string) => result.violations.filter(({ invariant }) => invariant.startsWith(prefix)).length;
  return {
    fault: name,
    seed,
    kills: Object.values(result.kills).reduce((sum, n) => sum + n, 0),
    jobs: result.jobs,
    lost: of('I1 ') + of('I6 '),
    doubled: of('I2 ') + of('I3 '),
    duplicatedEffects: of('I5 '),
    violations: result.violations.length,
    ...result.figures,
  };
}

export function reportJson(ran: readonly Ran[]): string {
  const faults = ran.map((one) => ({ ...summary(one), killed: one.result.kills, found: one.result.violations }));
  return `${JSON.stringify({ faults, violations: faults.reduce((sum, { violations }) => sum + violations, 0) }, null, 2)}\n`;
}

export function report(ran: readonly Ran[]): string {
  const parts = ran.map((one) => {
    const { fault, ...figures } = summary(one);
    const lines = Object.entries(figures).map(([what, value]) => `  ${what.padEnd(28)} ${value}`);
    const killed = Object.entries(one.result.kills).map(([what, n]) => `    ${String(n).padStart(5)}  ${what}`);
    const found = one.result.violations.slice(0, 40).map(({ invariant, evidence }) => `  ! ${invariant}: ${evidence}`);
    return [fault, ...lines, ...(killed.length > 0 ? ['  killed:', ...killed] : []), ...found].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}
