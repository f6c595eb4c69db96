import { beforeAll, expect, test } from 'vitest';
import { sweepForm } from '../engine/failpoints/browser-sweep.ts';
import { failpointCases } from '../engine/failpoints/cases.ts';
import { sweepCase } from '../engine/failpoints/sweep.ts';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('failpoints');
/** What Node has compiled: hundreds of processes load the same files. */
let cache: string;
beforeAll(async () => {
  cache = await makeTempFolder();
});

test.each(failpointCases.map((one) => [one.name, one] as const))(
  'a run killed at every boundary of "%s" ends right: nothing lost, nothing twice',
  async (_name, one) => {
    expect(await sweepCase(one, { folder: await makeTempFolder(), cache })).toBeGreaterThan(20);
  },
  600_000,
);

test('a browser run killed at every row and flush sends its form once', async () => {
  expect(await sweepForm(await makeTempFolder())).toBeGreaterThan(15);
}, 600_000);
