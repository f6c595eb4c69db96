import type { HostReply } from '@casare/shared';
import { expect, test } from 'vitest';
import { nodeText, writePack } from '../../engine/packs/write-pack.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { workflowOf } from '../../support/workflows.ts';
import { connect, startBench } from './host-bench.ts';

const makeTempFolder = prepareTempFolders('host-packs');

test('the steps of installed packs are told and run; a broken pack says why and harms nothing', async () => {
  const folder = await makeTempFolder();
  await writePack(folder, 'casare-pack-sums', {
    nodes: nodeText('sums.double', 'return { output: { value: params.value * 2 } };', { title: 'Double' }),
  });
  await writePack(folder, 'casare-pack-bad', { nodes: '', before: 'throw new Error("no licence");' });
  await using bench = await startBench(await makeTempFolder(), { packsFolder: folder });
  using connection = await connect(bench.server);

  const packs = await connection.ask<HostReply<'catalog.packs'>>('catalog.packs');
  expect(packs.nodes).toMatchObject([
    { type: 'sums.double', title: 'Double', pack: { name: 'casare-pack-sums', version: '1.2.3' } },
  ]);
  expect(packs.broken).toEqual([{ name: 'casare-pack-bad', message: expect.stringContaining('no licence') }]);

  const document = workflowOf(
    { start: 'control.start', double: { type: 'sums.double', params: { value: 21 } } },
    ['start>double'],
    { outputs: [{ name: 'sum', value: '${steps.double.output.value}' }] },
  );
  expect(await connection.ask('workflow.validate', { document })).toEqual({ problems: [] });
  await connection.ask('run.start', { document });
  const end = await waitFor(() => connection.runEvents().find((event) => event.type === 'run.finished'));
  expect(end).toMatchObject({ status: 'completed', output: { sum: 42 } });
});

test('without a folder of packs there are none', async () => {
  await using bench = await startBench(await makeTempFolder());
  using connection = await connect(bench.server);
  expect(await connection.ask('catalog.packs')).toEqual({ nodes: [], broken: [] });
});
