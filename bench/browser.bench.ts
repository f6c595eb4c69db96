import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResourceManager, type RunResourcesOptions } from '@casare/engine';

/** What a run waits for until it has a page, and what the ways to guard its addresses cost. */
const folder = await mkdtemp(join(tmpdir(), 'casare-bench-'));
const manager = createResourceManager();
const pictures = Array.from({ length: 50 }, (_, i) => `<img src="/${i}.svg">`).join('');
const site = createServer((request, response) => {
  const isPage = request.url === '/';
  response.writeHead(200, {
    'content-type': isPage ? 'text/html' : 'image/svg+xml',
    'cache-control': isPage ? 'no-store' : 'max-age=3600',
  });
  response.end(isPage ? `<title>Bench</title>${pictures}` : '<svg xmlns="http://www.w3.org/2000/svg"/>');
});
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
const address = site.address();
const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;

function print(name: string, unit: string, values: number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value: number | undefined) => Number((value ?? 0).toPrecision(3));
  const [value, min, max] = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)];
  console.log(JSON.stringify({ name, unit, value: round(value), min: round(min), max: round(max) }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Times until a page is there, each in a run of its own. */
async function openings(times: number, locale: (time: number) => string | undefined): Promise<number[]> {
  const values: number[] = [];
  for (let time = 0; time < times; time++) {
    const run = manager.forRun({ folder });
    const wanted = locale(time);
    values.push(
      await timed(() => run.browser.open({ engine: 'chromium', ...(wanted === undefined ? {} : { locale: wanted }) })),
    );
    await run.close();
    // The next page is made ready while nobody waits; a run that comes sooner waits for the rest of that.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return values;
}

/** Times of a page with 50 pictures. */
async function loads(options: Partial<RunResourcesOptions>): Promise<number[]> {
  const run = manager.forRun({ folder, ...options });
  const page = await run.browser.open({ engine: 'chromium' });
  const values: number[] = [];
  for (let time = 0; time < 15; time++) values.push(await timed(() => page.goto(url)));
  await run.close();
  return values.slice(3);
}

/** Memory that only these processes have, and their part of what they share (Linux). */
function memoryOf(group: number): number {
  let kilobytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      if (Number(fields[2]) !== group) continue;
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has just ended.
    }
  }
  return kilobytes / 1024;
}

async function idleMemory(): Promise<number> {
  const run = manager.forRun({ folder });
  const page = await run.browser.open({ engine: 'chromium' });
  const devtools = await page.context().browser()?.newBrowserCDPSession();
  const told = await devtools?.send('SystemInfo.getProcessInfo');
  await run.close();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return memoryOf(told?.processInfo.find(({ type }) => type === 'browser')?.id ?? 0);
}

try {
  print('first page of a process', 'ms', await openings(1, () => undefined));
  await openings(2, () => undefined);
  print('page from the warm pool', 'ms', await openings(15, () => undefined));
  const locales = ['de-DE', 'fr-FR'];
  print('page of another kind in a warm browser', 'ms', await openings(9, (time) => locales[time % 2]));
  print('50 pictures, guarded by rules of the browser', 'ms', await loads({}));
  print('50 pictures, every request asked about', 'ms', await loads({ httpPolicy: { mayConnect: () => true } }));
  if (process.platform === 'linux') print('memory of a browser that waits', 'MB', [await idleMemory()]);
} finally {
  await manager.close();
  site.closeAllConnections();
  site.close();
  await rm(folder, { recursive: true, force: true });
}
