import type { AppError } from '@casare/shared';

export interface WatchedOccurrence {
  /** The same for the same thing, whoever sees it and however often. */
  readonly messageId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Where a watch tells what it sees. */
export interface WatchOutlet {
  /** Resolves once all of them are taken; `state` is what a later watch goes on from. Rejects when the watch is over. */
  report(occurrences: readonly WatchedOccurrence[], state?: Readonly<Record<string, unknown>>): Promise<void>;
  /** It cannot see now, and tries again. */
  failed(error: AppError): void;
  /** It sees. */
  fine(): void;
}
