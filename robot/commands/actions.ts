import { readFileSync } from 'node:fs';
import type { Finding, RobotCommandName, RobotState } from '@casare/shared';
import { summaryOf } from '../doctor/doctor.ts';
import type { Spool } from '../evidence/spool.ts';
import type { JobRunner } from '../job-runner.ts';
import { logFiles } from '../logs/rotating-file.ts';
import { cannot, type CommandAction } from './commands.ts';

/** How long a picture or a log may take to arrive before the command says that it did not. */
const ARRIVAL_MS = 60_000;

export interface ActionParts {
  state(): RobotState;
  setState(state: RobotState): void;
  jobs(): JobRunner[];
  /** It takes jobs again. */
  resumed(): void;
  drain(): void;
  stop(how: 'stopped' | 'restart'): void;
  tellState(): void;
  /** Whether what is on the screen may be shown. */
  pictures: boolean;
  spool: Spool;
  logFolder: string;
  examine(): Promise<readonly Finding[]>;
}

/** What each command does. */
export function createActions(parts: ActionParts): Record<RobotCommandName, CommandAction> {
  const isEnding = () => parts.state() === 'stopping' || parts.state() === 'offline';
  const refuseEnding = () => {
    if (isEnding()) throw cannot('The robot is ending.');
  };
  return {
    async pause() {
      refuseEnding();
      if (parts.state() === 'paused') return { reason: 'It was paused already.' };
      if (parts.state() === 'draining')
        throw cannot('The robot drains: it takes nothing anyway. "resume" calls that off.');
      parts.setState('paused');
      parts.tellState();
    },
    async resume() {
      refuseEnding();
      if (parts.state() !== 'paused' && parts.state() !== 'draining') return { reason: 'It took jobs already.' };
      parts.setState(parts.jobs().length > 0 ? 'busy' : 'idle');
      parts.resumed();
      parts.tellState();
    },
    async drain() {
      refuseEnding();
      parts.drain();
      parts.tellState();
    },
    stop: async () => parts.stop('stopped'),
    restart: async () => parts.stop('restart'),
    async screenshot({ jobId }) {
      if (!parts.pictures) throw cannot('Pictures are switched off on this robot (ROBOT_SCREENSHOTS).');
      const running = parts.jobs().filter(({ job }) => jobId === null || job.jobId === jobId);
      if (running.length === 0)
        throw cannot(jobId === null ? 'No job runs on this robot now.' : 'The job does not run here any more.');
      const sent = await Promise.all(
        running.map(async (runner) => {
          const pictures = await runner.look();
          return Promise.all(
            pictures.map((picture) => parts.spool.addForJob(runner.job, { ...picture, name: `live-${picture.name}` })),
          );
        }),
      );
      const arrivals = sent.flat();
      if (arrivals.length === 0) throw cannot('The job has nothing open that could be shown: no browser, no desktop.');
      const [artifactId] = arrivals.filter((id) => id !== undefined);
      if (artifactId === undefined) throw cannot('The picture could not be sent.');
      return { artifactId, ...(arrivals.length > 1 && { reason: `${arrivals.length} pictures.` }) };
    },
    async logs() {
      const content = Buffer.concat(logFiles(parts.logFolder).map((path) => readFileSync(path)));
      if (content.length === 0) throw cannot('There are no log files.');
      const artifactId = await inTime(
        parts.spool.add({ kind: 'log', name: 'robot.log', contentType: 'text/plain', content, takenAt: Date.now() }),
      );
      if (artifactId === undefined)
        throw cannot('The log could not be sent yet; it is sent when the orchestrator takes it.');
      return { artifactId };
    },
    doctor: async () => ({ reason: summaryOf(await parts.examine()) }),
  };
}

function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ARRIVAL_MS).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
