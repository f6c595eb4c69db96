import type { PackRunner } from '../packs/pack-runner.ts';
import type { RunBrowser } from './browser.ts';
import type { DatabaseAccess } from './databases.ts';
import type { Desktop } from './desktop.ts';
import type { DocumentAccess } from './documents.ts';
import type { FileAccess } from './files.ts';
import type { HttpAccess } from './http.ts';
import type { People } from './people.ts';
import type { Queues } from './queues.ts';
import type { Remotes } from './remotes.ts';
import type { RunBrowserState } from './run-browsers.ts';
import type { Programs } from './programs.ts';
import type { Sandbox } from './sandbox.ts';

/** What one run has opened; everything is closed when the run ends, however it ends. */
export interface RunResources {
  readonly files: FileAccess;
  readonly http: HttpAccess;
  readonly browser: RunBrowser;
  readonly sandbox: Sandbox;
  readonly databases: DatabaseAccess;
  readonly people: People;
  readonly queues: Queues;
  readonly remotes: Remotes;
  readonly documents: DocumentAccess;
  readonly programs: Programs;
  readonly desktop: Desktop;
  readonly packs: PackRunner;
  /** State to resume with; undefined while nothing is open. */
  snapshot(): Promise<RunBrowserState | undefined>;
  restore(state: RunBrowserState): void;
  close(): Promise<void>;
}
