import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../build/run-tool.ts';
import { callCli } from '../robot/cli/call-cli.ts';

it('the recorded runs of the examples pass as tests, without their sites', async () => {
  const { code, stdout, stderr } = await callCli(['test', join(root, 'examples')], {
    env: { CASARE_PACKS: join(root, 'no-packs') },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toBe('5 passed, 0 failed\n');
});
