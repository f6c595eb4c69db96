import { expect, test } from 'vitest';
import { prepareTempFolders } from '../support/temp.ts';
import { sweepForm } from './failpoints/browser-sweep.ts';

const makeTempFolder = prepareTempFolders('browser-kill');

test('a form that was half filled in when the process was killed is sent once, by who was logged in', async () => {
  expect(await sweepForm(await makeTempFolder(), 2)).toBeGreaterThanOrEqual(1);
}, 120_000);
