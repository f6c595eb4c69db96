import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodes } from './index.js';

const find = (type) => nodes.find((node) => node.type === type);

test('a slug holds letters and digits only', () => {
  const { output } = find('yourpack.slug').run({}, { text: 'Hello, World!', separator: '-' });
  assert.equal(output.slug, 'hello-world');
});

test('an address that answers with an error is down', async () => {
  const ctx = { log() {}, http: { request: async () => ({ status: 503 }) } };
  const { port, output } = await find('yourpack.status').run(ctx, { url: 'https://example.com' });
  assert.deepEqual({ port, output }, { port: 'down', output: { status: 503 } });
});
