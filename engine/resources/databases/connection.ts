import type { DatabaseSession } from '../databases.ts';

/** What a driver opens: a session and the ways to end it. */
export interface DatabaseConnection extends DatabaseSession {
  readonly isAlive: boolean;
  readonly inTransaction: boolean;
  /** Stops the running statement on the server, on a way of its own. The statement then fails, or has ended before. */
  cancel(): Promise<void>;
  /** Says goodbye to the server. */
  end(): Promise<void>;
  /** Drops the connection at once. */
  destroy(): void;
}
