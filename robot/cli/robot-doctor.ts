import type { Finding } from '@casare/shared';
import colors from 'picocolors';
import { examine, summaryOf } from '../doctor/doctor.ts';
import { defineCommand } from './define-command.ts';
import { configOf, dataOption } from './robot-folder.ts';

const MARKS: Record<Finding['level'], string> = {
  ok: colors.green('ok   '),
  info: colors.dim('info '),
  warn: colors.yellow('warn '),
  error: colors.red('error'),
};

export const robotDoctor = defineCommand({
  usage: 'robot doctor',
  summary:
    'Look at everything a robot needs on this machine, and say what to do; exit code 1 when something is to put right',
  remote: true,
  options: [dataOption],
  async run(ctx, _args, options) {
    const config = configOf(ctx, options);
    const findings = await examine(config);
    const isWell = findings.every(({ level }) => level !== 'error');
    const lines = findings.flatMap(({ check, level, message, cure }) => [
      `${MARKS[level]} ${check.padEnd(22)} ${message}`,
      ...(cure === '' ? [] : [`${' '.repeat(29)}→ ${cure}`]),
    ]);
    ctx.out.result({ ok: isWell, findings }, [...lines, '', summaryOf(findings)].join('\n'));
    return isWell ? 0 : 1;
  },
});
