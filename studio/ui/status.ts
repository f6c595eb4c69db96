import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  Clock,
  Hourglass,
  type LucideIcon,
  Play,
  Power,
  PowerOff,
  RotateCw,
  SkipForward,
  Wrench,
} from 'lucide-react';
import type { Tone } from './tone.ts';

/** Every state a thing can be in: the one place that gives it a colour and an icon; its word is `ui:status.<name>`. */
export const STATUSES = {
  pending: { tone: 'mute', icon: Clock },
  running: { tone: 'info', icon: Play },
  waiting: { tone: 'warn', icon: Hourglass },
  completed: { tone: 'ok', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleAlert },
  cancelled: { tone: 'mute', icon: Ban },
  paused: { tone: 'warn', icon: CirclePause },
  parked: { tone: 'warn', icon: Hourglass },
  retrying: { tone: 'warn', icon: RotateCw },
  skipped: { tone: 'mute', icon: SkipForward },
  handled: { tone: 'warn', icon: CircleAlert },
  healed: { tone: 'warn', icon: Wrench },
  starting: { tone: 'info', icon: CircleDashed },
  idle: { tone: 'ok', icon: CircleDot },
  busy: { tone: 'info', icon: Play },
  draining: { tone: 'warn', icon: CircleDashed },
  stopping: { tone: 'warn', icon: Power },
  offline: { tone: 'bad', icon: PowerOff },
  disabled: { tone: 'mute', icon: CircleSlash },
} as const satisfies Record<string, { tone: Tone; icon: LucideIcon }>;

export type Status = keyof typeof STATUSES;
