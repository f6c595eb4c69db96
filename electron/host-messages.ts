import type { HostAnswer, HostEvent, WireError } from '@casare/shared';

/** What main needs to tell the host before it can serve; the parts of HostOptions that travel. */
export interface HostPlaces {
  workflowsFolder: string;
  examplesFolder?: string;
  dataFolder: string;
  /** Where third-party packs are installed. */
  packsFolder?: string;
  version: string;
  /** A plain Node that runs the scripts of code nodes: Electron's own binary is no Node once its fuses are set. */
  nodePath?: string;
}

/** The orchestrator's key, and what seals the credentials of this machine. */
export type KeptSecret = 'fleetKey' | 'vaultKey';

/** From the main process to the host process. */
export type MessageToHost =
  | { type: 'start'; places: HostPlaces }
  | { type: 'call'; id: number; name: string; request: unknown }
  | { type: 'secret'; id: number; value: string | null }
  | { type: 'secretFailed'; id: number; error: WireError }
  | { type: 'stop' };

/** From the host process to the main process. */
export type MessageFromHost =
  | { type: 'ready' }
  | { type: 'failed'; error: WireError }
  | { type: 'answer'; id: number; answer: HostAnswer }
  | { type: 'event'; name: HostEvent; payload: unknown }
  /** `value` absent: read it; null: forget it. The answer comes as `secret`. */
  | { type: 'secret'; id: number; which: KeptSecret; value?: string | null };
