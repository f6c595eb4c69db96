import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';
import { startScreen } from './screen.ts';

const screen = await startScreen();
const bench = await openNodeBench({ programs: 'any', desktop: { environment: screen.environment } });
const own = await openNodeBench({ programs: 'any', desktop: { environment: screen.environment } });
const strict = await openNodeBench({ programs: ['zenity'], desktop: { environment: screen.environment } });
const patience = 60_000;
const inTime = { timeoutMs: 20_000 };

const fileIs = (name: string, content: string) =>
  waitFor(async () => (await readFile(join(bench.folder, name), 'utf8')) === content, {
    until: `${name} holds ${JSON.stringify(content)}`,
    ...inTime,
  });

function openTerminal(title: string) {
  const args = ['-u8', '-fa', 'Monospace', '-fs', '10', '-T', title, '-geometry', '60x12+40+60', '-e', 'sh'];
  return bench.run('desktop.launch', { program: 'xterm', args, window: title });
}

describe('a terminal', () => {
  test('gets what is typed, also letters that its keyboard layout lacks', { timeout: patience }, async () => {
    const { output } = await openTerminal('Typing');
    expect(output.window).toMatchObject({ title: 'Typing', className: 'XTerm' });
    const text = `Größe: 12 € — «Ωя漢字» @{}[]~|\\^#$%&*()_+<>?`;
    await bench.run('desktop.type', { text: `printf %s '${text}' > typed.txt`, window: 'Typing', pressEnter: true });
    await fileIs('typed.txt', text);
  });

  test('gets keys and combinations', { timeout: patience }, async () => {
    await openTerminal('Keys');
    const type = (text: string) => bench.run('desktop.type', { text, window: 'Keys', pressEnter: true });
    await type('cat > keys.txt');
    await type('first');
    await bench.run('desktop.type', { text: 'wrong', window: 'Keys' });
    // Control+U takes the line back, Control+D ends the input.
    const pressed = await bench.run('desktop.keys', { keys: 'Ctrl+U A b Backspace c Enter Control+D', window: 'Keys' });
    expect(pressed.output).toEqual({ pressed: 7, window: 'Keys' });
    await type('echo done >> keys.txt');
    await fileIs('keys.txt', 'first\nAc\ndone\n');
  });

  test('ends with the run that started it, unless it is to stay open', { timeout: patience }, async () => {
    await bench.resources.desktop.close();
    const start = (title: string, keepOpen: boolean) =>
      own.run('desktop.launch', { program: 'xterm', args: ['-T', title], window: title, keepOpen });
    await start('Goes', false);
    const stays = await start('Stays', true);
    await own.resources.close();
    const titles = () => screen.ask('wmctrl', '-l');
    await waitFor(async () => !(await titles()).includes('Goes'), { until: 'the first window is gone', ...inTime });
    expect(await titles()).toContain('Stays');
    process.kill(stays.output.pid, 'SIGKILL');
  });
});

test('programs outside of the policy are not started', { timeout: patience }, async () => {
  await bench.resources.desktop.close();
  const refused = await strict.fail('desktop.launch', { program: 'xterm' });
  expect(refused.code).toBe('PROGRAM_REFUSED');
  const ended = await strict.fail('desktop.launch', { program: 'zenity', args: ['--no-such-option'] });
  expect(ended).toMatchObject({ code: 'PROGRAM_FAILED', details: { code: 255 } });
  await strict.resources.close();
});
