/** What an operation may tell while it works. */
export interface DocumentHooks {
  /** 0–1. */
  progress(fraction: number): void;
}
