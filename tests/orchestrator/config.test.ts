import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../orchestrator/config.ts';

test('nothing needs to be set', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4780,
    migrate: true,
    allowedOrigins: [],
    retentionDays: 30,
  });
  expect(readConfig({}).databaseUrl).toBeUndefined();
});

test('every fault is listed at once', () => {
  const wrong = { PORT: '99999', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', RETENTION_DAYS: 'long' };
  expect(() => readConfig(wrong)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  for (const name of Object.keys(wrong)) expect(() => readConfig(wrong)).toThrow(name);
});

test('lists are separated by commas', () => {
  expect(readConfig({ ALLOWED_ORIGINS: 'https://a.example, https://b.example' }).allowedOrigins).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
});

test('.env.template and docs/configuration.md name every variable, and the template is valid', async () => {
  const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  const template = await read('.env.template');
  const lines = template.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const variables = Object.fromEntries(lines.map((line) => line.split('=', 2)) as [string, string][]);
  expect(readConfig(variables)).toEqual(readConfig({}));
  const page = await read('docs/configuration.md');
  const source = await read('orchestrator/config.ts');
  const names = [...source.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1] ?? '');
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(variables).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(page).toContain(`\`${name}\``);
});
