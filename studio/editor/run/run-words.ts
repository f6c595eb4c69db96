import type { RunStatus } from '@casare/shared';
import type { Tone } from '../../ui/tone.ts';

export const RUN_TONES: Record<RunStatus, Tone> = {
  running: 'info',
  paused: 'warn',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'mute',
  parked: 'warn',
};

export const RUN_WORDS: Record<RunStatus, string> = {
  running: 'Running',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Stopped',
  parked: 'Needs a decision',
};
