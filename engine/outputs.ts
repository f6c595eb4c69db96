/** What `error` and `steps.<id>.error` are in expressions. */
export interface ErrorContext {
  code: string;
  message: string;
  nodeId: string;
  path: string;
  details: Record<string, unknown>;
}

/**
 * Outputs and errors by slot. The run has one for all; a concurrent branch has its own for the slots of its body and looks
 * everything else up in its parent's, so branches never see half of each other.
 */
export class Outputs {
  readonly #base: number;
  readonly #values: unknown[];
  readonly #errors = new Map<number, ErrorContext>();
  readonly #parent: Outputs | undefined;

  constructor(start: number, end: number, parent?: Outputs) {
    this.#base = start;
    this.#values = new Array<unknown>(end - start).fill(undefined);
    this.#parent = parent;
  }

  get(slot: number): unknown {
    const at = slot - this.#base;
    if (at >= 0 && at < this.#values.length) return this.#values[at];
    return this.#parent?.get(slot);
  }

  set(slot: number, value: unknown): void {
    this.#values[slot - this.#base] = value;
  }

  error(slot: number): ErrorContext | undefined {
    return this.#errors.get(slot) ?? this.#parent?.error(slot);
  }

  setError(slot: number, error: ErrorContext): void {
    this.#errors.set(slot, error);
  }

  /** Forgets what the steps of a body gave before, at the start of its next pass. */
  clear(start: number, end: number): void {
    this.#values.fill(undefined, start - this.#base, end - this.#base);
    if (this.#errors.size === 0) return;
    for (const slot of this.#errors.keys()) if (slot >= start && slot < end) this.#errors.delete(slot);
  }

  /** Hands everything of a branch to its parent, so that the steps after it can read it. */
  mergeIntoParent(): void {
    this.#values.forEach((value, i) => this.#parent?.set(this.#base + i, value));
    for (const [slot, error] of this.#errors) this.#parent?.setError(slot, error);
  }
}
