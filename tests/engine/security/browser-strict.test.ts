import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkPolicy } from '@casare/engine';
import { afterAll, expect, test } from 'vitest';
import { openNodeBench } from '../nodes/run-one.ts';

/** What was asked for, by the name it was asked under. */
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.headers.host?.split(':')[0]} ${request.url}`);
  response.setHeader('access-control-allow-origin', '*');
  if (request.url === '/away')
    return response.writeHead(302, { location: `http://inside.test:${port()}/redirected` }).end();
  response.setHeader('content-type', 'text/html').end('<title>Front</title>');
});
server.on('upgrade', (request, socket) => {
  asked.push(`${request.headers.host?.split(':')[0]} socket`);
  socket.destroy();
});
server.listen(0, '0.0.0.0');
await once(server, 'listening');
const port = () => (server.address() as AddressInfo).port;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const bench = await openNodeBench({
  httpPolicy: {
    ...networkPolicy({ mode: 'strict', allowed: ['front.test'] }),
    // Every name is this machine; only one of them is on the list.
    lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  },
});

test('pages, their scripts, sockets, workers and redirects stay where the strict network allows', {
  timeout: 60_000,
}, async () => {
  await bench.run('browser.open', { url: `http://front.test:${port()}/` });
  const page = await bench.resources.browser.page();
  expect(await page.title()).toBe('Front');
  const places = [
    `inside.test:${port()}`,
    `127.0.0.1:${port()}`,
    `localhost:${port()}`,
    `[::1]:${port()}`,
    `169.254.169.254`,
    `0x7f000001:${port()}`,
  ];
  await page.evaluate(async (hosts: string[]) => {
    const settled = (work: Promise<unknown>) =>
      Promise.race([work.catch(() => undefined), new Promise((done) => setTimeout(done, 3000))]);
    const load = (element: HTMLElement & { src: string }, src: string) =>
      new Promise((done) => {
        element.onload = element.onerror = done;
        element.src = src;
        document.body.append(element);
      });
    const work = hosts.flatMap((host) => [
      fetch(`http://${host}/fetched`, { mode: 'no-cors' }),
      load(new Image(), `http://${host}/picture`),
      load(document.createElement('iframe'), `http://${host}/frame`),
      new Promise((done) => {
        const socket = new WebSocket(`ws://${host}/socket`);
        socket.onclose = socket.onerror = done;
      }),
      new Promise((done) => {
        const code = `fetch('http://${host}/worker', { mode: 'no-cors' }).catch(() => 0).then(() => postMessage(1))`;
        new Worker(URL.createObjectURL(new Blob([code]))).onmessage = done;
      }),
    ]);
    navigator.sendBeacon(`http://${hosts[0]}/beacon`, 'x');
    await Promise.all(work.map(settled));
  }, places);
  await page.evaluate(() => fetch('/away').catch(() => undefined));
  for (const place of places) await page.goto(`http://${place}/opened`).catch(() => undefined);
  await page.goto(`http://front.test:${port()}/again`);
  expect(new Set(asked.map((one) => one.split(' ')[0]))).toEqual(new Set(['front.test']));
  expect(asked).toContain('front.test /again');
  expect(await bench.fail('browser.open', { proxyServer: '127.0.0.1:1' })).toMatchObject({ code: 'HTTP_FAILED' });
});
