import { join } from 'node:path';
import { builtinNodes, compile, createRegistry, createRunResources, openSqliteJournal, run } from '@casare/engine';
import { expect, test } from 'vitest';
import { descendantsOf } from '../../../support/processes.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { workflowOf } from '../../../support/workflows.ts';
import { startScreen } from './screen.ts';

const screen = await startScreen();
const makeFolder = prepareTempFolders('desktop-doubt');

test('a run that was cut off while it typed asks a person; one that copied goes on', { timeout: 60_000 }, async () => {
  const folder = await makeFolder();
  let heard = '';
  screen.start('xev', '-event', 'keyboard').stdout?.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  });
  const workflow = workflowOf(
    {
      start: { type: 'control.start' },
      copy: { type: 'desktop.clipboard', params: { action: 'write', text: 'copied' } },
      type: { type: 'desktop.type', params: { text: 'slowly '.repeat(100), delayMs: 50, window: 'Event Tester' } },
    },
    ['start>copy', 'copy>type'],
  );
  const program = compile(workflow, createRegistry(builtinNodes));
  const attempt = () =>
    run(program, {
      runId: 'run-1',
      input: {},
      journal: openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: 'run-1' }),
      resources: createRunResources({ folder, desktop: { environment: screen.environment } }),
    });
  const first = attempt();
  await waitFor(() => heard.includes('KeyPress'), { until: 'the first keys are typed', timeoutMs: 30_000 });
  const typing = descendantsOf(process.pid).find(({ command }) => command.includes('desktop/child.ts'));
  process.kill(typing?.pid ?? 0, 'SIGKILL');
  expect(await first).toMatchObject({ status: 'failed', error: { code: 'DESKTOP_CRASHED' } });
  expect(await screen.ask('xclip', '-o', '-selection', 'clipboard').catch(() => 'gone')).toBe('gone');
  expect(await attempt()).toMatchObject({ status: 'parked', inDoubtPath: 'type' });
});
