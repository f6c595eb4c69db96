import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Machine, readMainConfig } from '../../../electron/main/config.ts';

const checkout: Machine = {
  isPackaged: false,
  platform: 'linux',
  version: '1.0.0',
  appFolder: join('/repository', 'electron'),
  resourcesFolder: '/resources',
  userFolder: '/user',
  homeFolder: '/home/ada',
};
const installed: Machine = { ...checkout, isPackaged: true, appFolder: join('/resources', 'app.asar') };

test('in a checkout the parts lie where they are built, and the environment may say otherwise', () => {
  const config = readMainConfig({}, checkout);
  expect(config.studioFolder).toBe(join('/repository', 'studio', 'dist'));
  expect(config.hostProgram).toBe(join('/repository', 'electron', 'dist', 'host', 'utility.mjs'));
  expect(config.places).toEqual({
    workflowsFolder: join('/home/ada', 'CasareRPA'),
    dataFolder: join('/user', 'studio'),
    packsFolder: join('/home/ada', '.casare', 'packs'),
    version: '1.0.0',
  });
  const env = {
    STUDIO_DIST: '/a',
    STUDIO_DATA: '/b',
    STUDIO_WORKFLOWS: '/c',
    STUDIO_EXAMPLES: '/d',
    STUDIO_NODE: '/e',
    CASARE_PACKS: '/f',
  };
  expect(readMainConfig(env, checkout)).toMatchObject({
    studioFolder: '/a',
    places: { dataFolder: '/b', workflowsFolder: '/c', examplesFolder: '/d', nodePath: '/e', packsFolder: '/f' },
  });
});

test('an installed program takes its parts from where it was installed, whatever the environment says', () => {
  const config = readMainConfig({ STUDIO_DIST: '/evil', STUDIO_NODE: '/evil/node' }, installed);
  expect(config.studioFolder).toBe(join('/resources', 'app.asar', 'studio'));
  expect(config.preload).toBe(join('/resources', 'app.asar', 'dist', 'preload', 'preload.cjs'));
  expect(config.hostProgram).toBe(join('/resources', 'app.asar.unpacked', 'dist', 'host', 'utility.mjs'));
  expect(config.places.nodePath).toBe(join('/resources', 'node', 'node'));
  expect(readMainConfig({}, { ...installed, platform: 'win32' }).places.nodePath).toBe(
    join('/resources', 'node', 'node.exe'),
  );
});

test('all faults of the environment are listed at once', () => {
  expect(() => readMainConfig({ STUDIO_DIST: '', STUDIO_NODE: '' }, checkout)).toThrow(/STUDIO_DIST.*\n.*STUDIO_NODE/);
});
