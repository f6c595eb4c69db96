import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type RobotLogLine, robotLogLevelSchema } from '@casare/shared';
import { pause } from '../backoff.ts';
import { readLogLine } from '../logs/log-line.ts';
import { logsFolder } from '../logs/robot-log.ts';
import { LOG_FILE, logFiles } from '../logs/rotating-file.ts';
import { defineCommand, textOption, wholeNumber } from './define-command.ts';
import { dataOption, folderOf } from './robot-folder.ts';

const LOOK_MS = 250;

export const robotLogs = defineCommand({
  usage: 'robot logs',
  summary: 'Print the log of the robot of this data folder',
  options: [
    dataOption,
    { flags: '--follow', description: 'go on with what is written from now on, until Ctrl+C' },
    { flags: '--level <level>', description: 'this level and those above it: debug, info, warn or error' },
    { flags: '--search <text>', description: 'only lines with this text, in message or facts' },
    { flags: '--lines <n>', description: 'at most this many of those that are there', default: '200' },
  ],
  async run(ctx, _args, options) {
    const folder = logsFolder(folderOf(ctx, options));
    const fits = filterOf(textOption(options, 'level'), textOption(options, 'search'));
    const files = logFiles(folder);
    if (files.length === 0 && options['follow'] !== true)
      throw new AppError('NOT_FOUND', `No robot has logged in ${folder}. Name its folder with --data.`);
    const show = (line: RobotLogLine) => ctx.out.line(line, describe(line));
    const most = wholeNumber(textOption(options, 'lines') ?? '200', '--lines');
    // Where the file ends now: what is written while the old lines are shown is not lost and not shown twice.
    const tail = openTail(join(folder, LOG_FILE));
    const older = files.slice(0, -1).map((path) => readFileSync(path, 'utf8'));
    const kept = linesOf([...older, tail.whole()].join('')).filter(fits);
    for (const line of most === 0 ? [] : kept.slice(-most)) show(line);
    while (options['follow'] === true && !ctx.signal.aborted) {
      for (const line of linesOf(tail.next()).filter(fits)) show(line);
      await pause(LOOK_MS, ctx.signal);
    }
    tail.close();
  },
});

function filterOf(level: string | undefined, search: string | undefined): (line: RobotLogLine) => boolean {
  const levels = robotLogLevelSchema.options;
  if (level !== undefined && !robotLogLevelSchema.safeParse(level).success)
    throw new AppError('USAGE', `--level is one of ${levels.join(', ')}.`);
  const least = level === undefined ? 0 : levels.findIndex((one) => one === level);
  const wanted = search?.toLowerCase();
  return (line) =>
    levels.indexOf(line.level) >= least &&
    (wanted === undefined || `${line.message} ${line.facts ?? ''}`.toLowerCase().includes(wanted));
}

function linesOf(text: string): RobotLogLine[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : (readLogLine(line) ?? [])));
}

function describe({ at, level, message, facts }: RobotLogLine): string {
  return `${at} ${level.padEnd(5)} ${message}${facts === undefined ? '' : ` ${facts}`}`;
}

/** A file that grows, and is moved away when it is full. Gives whole lines. */
function openTail(path: string) {
  let file: number | undefined;
  let at = 0;
  let rest = Buffer.alloc(0);

  function read(): string {
    if (file === undefined) {
      if (!existsSync(path)) return '';
      file = openSync(path, 'r');
      at = 0;
    }
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.max(0, size - at));
    at += readSync(file, bytes, 0, bytes.length, at);
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(10) + 1;
    rest = all.subarray(end);
    return all.subarray(0, end).toString('utf8');
  }

  function isMoved(): boolean {
    if (file === undefined || !existsSync(path)) return false;
    const now = openSync(path, 'r');
    const moved = fstatSync(now).ino !== fstatSync(file).ino;
    closeSync(now);
    return moved;
  }

  return {
    whole: read,
    next() {
      const moved = isMoved();
      const text = read();
      if (!moved) return text;
      if (file !== undefined) closeSync(file);
      file = undefined;
      rest = Buffer.alloc(0);
      return text + read();
    },
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}
