import { AppError, type ScheduleTiming } from '@casare/shared';
import { type OptionValues, textOption } from './define-command.ts';

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The timing that --cron, --every and --at describe. */
export function readTiming(options: OptionValues): ScheduleTiming {
  const [cron, every, at] = ['cron', 'every', 'at'].map((name) => textOption(options, name));
  if (cron !== undefined && every === undefined && at === undefined) return { kind: 'cron', expression: cron };
  if (cron !== undefined || (every === undefined && at === undefined))
    throw new AppError('USAGE', 'When? Give one of --cron, --every and --at; --every may have --at as its first time.');
  const time = at === undefined ? Date.now() : Date.parse(at);
  if (Number.isNaN(time)) throw new AppError('USAGE', `--at takes a time like 2026-12-31T09:00:00Z, not "${at}".`);
  if (every === undefined) return { kind: 'once', at: new Date(time).toISOString() };
  const found = /^(\d+)([smhd])$/.exec(every);
  const seconds = Number(found?.[1] ?? 0) * (units[found?.[2] ?? ''] ?? 0);
  if (seconds < 1) throw new AppError('USAGE', `--every takes a number and s, m, h or d, e.g. 15m, not "${every}".`);
  const anchor = at === undefined ? time + seconds * 1000 : time;
  return { kind: 'interval', everySeconds: seconds, anchor: new Date(anchor).toISOString() };
}
