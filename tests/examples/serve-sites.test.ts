import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sites, startSites } from '../../examples/serve-sites.ts';

let sites: Sites;
beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.stop());

async function order(key: string | undefined, orderId: string): Promise<number> {
  const answer = await fetch(`${sites.url}/orders`, {
    method: 'POST',
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
    body: JSON.stringify({ orderId, sku: 'LO-101', quantity: 1, batch: 'test' }),
  });
  return answer.status;
}

async function effectsOf(orderId: string): Promise<number | undefined> {
  const answer = await fetch(`${sites.url}/orders/ledger?batch=test`);
  const { orders } = (await answer.json()) as { orders: { orderId: string; effects: number }[] };
  return orders.find((entry) => entry.orderId === orderId)?.effects;
}

describe('the order service', () => {
  test('fails twice, the second time after it has placed the order, and keeps to the key', async () => {
    expect(await order('k1', 'a')).toBe(503);
    expect(await effectsOf('a')).toBe(0);
    expect(await order('k1', 'a')).toBe(503);
    expect(await effectsOf('a')).toBe(1);
    expect(await order('k1', 'a')).toBe(201);
    expect(await order('k1', 'a')).toBe(201);
    expect(await effectsOf('a')).toBe(1);
  });

  test('places an order again when it comes without its key', async () => {
    for (let i = 0; i < 4; i++) await order(undefined, 'b');
    expect(await effectsOf('b')).toBe(3);
  });

  test('refuses what is no order and what is sold out', async () => {
    const post = (body: string) =>
      fetch(`${sites.url}/orders`, { method: 'POST', body }).then((answer) => answer.status);
    expect(await post('{')).toBe(422);
    expect(await post('{"orderId":"1","sku":"LO-999","quantity":1}')).toBe(422);
    expect(await post('{"orderId":"1","sku":"LO-106","quantity":1}')).toBe(409);
  });
});

test('the form refuses what is incomplete and shows no markup of the visitor', async () => {
  const send = (fields: Record<string, string>) =>
    fetch(`${sites.url}/form/register`, { method: 'POST', body: new URLSearchParams(fields).toString() });
  expect((await send({ name: 'Ada' })).status).toBe(422);
  const good = { name: '<b>Ada</b>', email: 'a@b', workshop: 'knots', people: '2', terms: 'yes' };
  const text = await (await send(good)).text();
  expect(text).toMatch(/id="confirmation">HW-\d+-\d+</);
  expect(text).not.toContain('<b>Ada</b>');
});

test('every page of the shop and everything it links to is there', async () => {
  const seen = new Set<string>();
  const open = [`${sites.url}/`];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (seen.has(url)) continue;
    seen.add(url);
    const answer = await fetch(url);
    expect({ url, status: answer.status }).toEqual({ url, status: 200 });
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
    for (const [, link = ''] of (await answer.text()).matchAll(/href="([^"]+)"/g)) {
      open.push(new URL(link.replaceAll('&#38;', '&'), url).href);
    }
  }
  expect([...seen].filter((url) => url.includes('/shop/product/'))).toHaveLength(24);
});

test('unknown addresses and overlong bodies are refused', async () => {
  expect((await fetch(`${sites.url}/../package.json`)).status).toBe(404);
  expect((await fetch(`${sites.url}/orders`, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(400);
});

test('the program prints its address and stops when told to', async () => {
  const program = join(import.meta.dirname, '../../examples/serve-sites.ts');
  const child = spawn(process.execPath, [program, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const url = /^sites (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line)?.[1];
  expect((await fetch(`${url}/shop/`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
