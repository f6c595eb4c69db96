import { beforeAll, expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { failpointCases } from './failpoints/cases.ts';
import { sweepCase } from './failpoints/sweep.ts';

const makeTempFolder = prepareTempFolders('failpoints');
/** What Node has compiled: hundreds of processes load the same files. */
let cache: string;
beforeAll(async () => {
  cache = await makeTempFolder();
});

/** All boundaries of all cases are killed at in tests/nightly. */
const killsPerCase = 8;

test.each(failpointCases.map((one) => [one.name, one] as const))(
  'a run killed at boundaries of "%s" ends right: nothing lost, nothing twice',
  async (_name, one) => {
    expect(await sweepCase(one, { folder: await makeTempFolder(), cache, most: killsPerCase })).toBeGreaterThanOrEqual(
      killsPerCase - 2,
    );
  },
  60_000,
);
