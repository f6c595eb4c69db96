import { builtinNodes, createRegistry, loadPacks } from '@casare/engine';
import { withPacks } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nodeText, writePack } from '../engine/packs/write-pack.ts';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { prepareTempFolders } from '../support/temp.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

const makeTempFolder = prepareTempFolders('robot-packs');
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test('a job with a step of a pack is published without the pack, and runs on the robot that has it', async () => {
  const packs = await makeTempFolder();
  await writePack(packs, 'casare-acme', {
    nodes: nodeText('acme.greet', 'return { output: { text: `Hello ${params.value}` } };'),
  });
  const { catalog } = createRegistry([...builtinNodes, ...(await loadPacks(packs)).nodes]);
  const document = flow(
    { start: 'control.start', greet: { type: 'acme.greet', params: { value: '${1 + 1}' } } },
    ['start>greet'],
    { inputs: [{ name: 'ledger', type: 'text' }], outputs: [{ name: 'said', value: '${steps.greet.output.text}' }] },
  );
  await fleet.startRobot({ name: 'without' });
  const job = await fleet.submit(withPacks(document, catalog));
  // Only the first robot is there, and it may not take the job: another of its jobs goes past.
  const other = await fleet.submit(
    flow({ start: 'control.start' }, [], { inputs: [{ name: 'ledger', type: 'text' }] }),
  );
  expect(await fleet.ended(other.id)).toMatchObject({ state: 'completed', robotName: 'without' });
  await fleet.startRobot({ name: 'with', env: { CASARE_PACKS: packs } });
  expect(await fleet.ended(job.id)).toMatchObject({
    state: 'completed',
    robotName: 'with',
    output: { said: 'Hello 2' },
  });
  await expect(fleet.submit(document)).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
});
