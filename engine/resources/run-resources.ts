import type { PackRunner } from '../packs/pack-runner.ts';
import type { BrowserSession, BrowserState } from './browser.ts';
import type { FileAccess } from './files.ts';
import type { HttpAccess } from './http.ts';
import type { Sandbox } from './sandbox.ts';

/** What one run has opened; everything is closed when the run ends, however it ends. */
export interface RunResources {
  readonly files: FileAccess;
  readonly http: HttpAccess;
  readonly browser: BrowserSession;
  readonly sandbox: Sandbox;
  readonly packs: PackRunner;
  /** State to resume with; undefined while nothing is open. */
  snapshot(): Promise<{ browser?: BrowserState } | undefined>;
  restore(state: { browser?: BrowserState }): void;
  close(): Promise<void>;
}
