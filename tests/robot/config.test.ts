import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../build/run-tool.ts';
import { readRobotConfig, ROBOT_SETTINGS } from '../../robot/config.ts';

const least = { ORCHESTRATOR_URL: 'http://127.0.0.1:4780/some/path', ORCHESTRATOR_API_KEY: 'key' };

test('address and key are enough; an empty variable counts as absent', () => {
  const config = readRobotConfig({ ...least, ROBOT_MAX_JOBS: '', ROBOT_TAGS: ' a, b ,,', ROBOT_ENVIRONMENT: '' });
  expect(config).toMatchObject({
    url: 'http://127.0.0.1:4780',
    key: 'key',
    tags: ['a', 'b'],
    maxJobs: 1,
    graceMs: 60_000,
    logLevel: 'info',
  });
  expect(config).not.toHaveProperty('environment');
});

test('every fault is listed, with what a missing setting is for', () => {
  expect(() => readRobotConfig({ ROBOT_MAX_JOBS: '0', LOG_LEVEL: 'loud' })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      details: {
        faults: [
          'ORCHESTRATOR_URL is missing: Address of the orchestrator',
          expect.stringMatching(/^ORCHESTRATOR_API_KEY is missing: Robot key/),
          expect.stringMatching(/^ROBOT_MAX_JOBS: /),
          expect.stringMatching(/^LOG_LEVEL: /),
        ],
      },
    }),
  );
});

test('the network is open, or strict with a list of hosts that mean something', () => {
  expect(readRobotConfig(least).network).toEqual({ mode: 'open', allowed: [] });
  const strict = { ...least, ROBOT_NETWORK: 'strict', ROBOT_ALLOWED_HOSTS: 'erp.example, 10.1.0.0/16' };
  expect(readRobotConfig(strict).network).toEqual({ mode: 'strict', allowed: ['erp.example', '10.1.0.0/16'] });
  for (const wrong of [
    { ...strict, ROBOT_ALLOWED_HOSTS: '10.1.0.0/99' },
    { ...strict, ROBOT_ALLOWED_HOSTS: '*' },
    { ...strict, ROBOT_NETWORK: 'closed' },
    { ...strict, ROBOT_NETWORK: 'open' },
  ])
    expect(() => readRobotConfig(wrong)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('worker processes never see the key', () => {
  const { workerEnv } = readRobotConfig({ ...least, PATH: '/bin' });
  expect(workerEnv).toEqual({ ORCHESTRATOR_URL: least.ORCHESTRATOR_URL, PATH: '/bin' });
});

test('the page of the robot lists every setting with its meaning', async () => {
  const page = await readFile(join(root, 'docs', 'robot.md'), 'utf8');
  const missing = Object.entries(ROBOT_SETTINGS).filter(
    ([name, { description }]) => !description || !page.includes(`\n| \`${name}\``),
  );
  expect(missing).toEqual([]);
});
