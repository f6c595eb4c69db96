import type { Violation } from '../checker/invariants.ts';

/** What a run of a fault comes to. */
export interface FaultResult {
  /** Processes that were killed, by kind and moment, e.g. `robot at effect.done`. */
  readonly kills: Readonly<Record<string, number>>;
  readonly jobs: number;
  readonly violations: readonly Violation[];
  /** Failpoints that were reached. */
  readonly labels: readonly string[];
  /** Whatever else was measured. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface FaultOptions {
  readonly seed: number;
  /** How long faults go on, where that can be chosen. */
  readonly seconds?: number;
  /** The schedule of faults, as it happens. */
  log(line: string): void;
}

/** One fault of the matrix in docs/faults.md, as something that can be run. */
export interface Fault {
  readonly name: string;
  /** `every`: in every run of the tests; `nightly`: with `npm run test:nightly`. */
  readonly tier: 'every' | 'nightly';
  /** Rows of the matrix. */
  readonly covers: readonly string[];
  run(options: FaultOptions): Promise<FaultResult>;
}

/** Counts kills and the failpoints they were made at. */
export class KillCount {
  readonly #kills = new Map<string, number>();
  readonly #labels = new Set<string>();

  add(kind: string, label: string | undefined): void {
    const name = label === undefined ? `${kind} at any moment` : `${kind} at ${label}`;
    this.#kills.set(name, (this.#kills.get(name) ?? 0) + 1);
    if (label !== undefined) this.#labels.add(label);
  }

  get total(): number {
    return [...this.#kills.values()].reduce((sum, n) => sum + n, 0);
  }

  get kills(): Record<string, number> {
    return Object.fromEntries([...this.#kills].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  get labels(): string[] {
    return [...this.#labels];
  }
}

/** A condition that must hold, as a violation when it does not. */
export function expectThat(holds: boolean, evidence: string): Violation[] {
  return holds ? [] : [{ invariant: 'the fault itself', evidence }];
}
