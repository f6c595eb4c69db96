import { AppError } from '@casare/shared';

export interface CommandLine {
  mode: 'program' | 'script';
  program: string;
  args: readonly string[];
  script: string;
  folder: string;
  env: Readonly<Record<string, string>>;
}

/** What a POSIX shell is to run. Only a script means anything to the shell; all else is quoted. */
export function commandLine({ mode, program, args, script, folder, env }: CommandLine): string {
  const settings = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new AppError(
        'COMMAND_FAILED',
        `"${name.slice(0, 100)}" is no name of an environment variable. Use letters, digits and _.`,
      );
    return `export ${name}=${quote(value)}`;
  });
  const place = folder === '' ? [] : [`cd -- ${quote(folder)}`];
  const what = mode === 'script' ? script : [program, ...args].map(quote).join(' ');
  return [...[...settings, ...place].map((step) => `${step} || exit 125`), what].join('\n');
}

function quote(text: string): string {
  if (text.includes('\0')) throw new AppError('COMMAND_FAILED', 'A command cannot hold a NUL character. Remove it.');
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
