import type { Robot, RobotCommandName } from '@casare/shared';
import { Camera, FileText, type LucideIcon, Pause, Play, Power, RotateCw, Stethoscope, TimerOff } from 'lucide-react';

interface RobotCommandEntry {
  command: RobotCommandName;
  icon: LucideIcon;
  /** Whether it makes sense to the robot now. */
  able: (robot: Robot) => boolean;
}

const isThere = (robot: Robot) => robot.state !== 'offline';

/** In the order of the menu. */
export const COMMANDS: readonly RobotCommandEntry[] = [
  { command: 'pause', icon: Pause, able: (robot) => ['idle', 'busy', 'starting'].includes(robot.state) },
  { command: 'resume', icon: Play, able: (robot) => robot.state === 'paused' || robot.state === 'draining' },
  { command: 'drain', icon: TimerOff, able: (robot) => ['idle', 'busy', 'paused'].includes(robot.state) },
  { command: 'restart', icon: RotateCw, able: (robot) => isThere(robot) && robot.state !== 'stopping' },
  { command: 'screenshot', icon: Camera, able: (robot) => robot.runningJobs > 0 },
  { command: 'logs', icon: FileText, able: isThere },
  { command: 'doctor', icon: Stethoscope, able: isThere },
  { command: 'stop', icon: Power, able: (robot) => isThere(robot) && robot.state !== 'stopping' },
];
