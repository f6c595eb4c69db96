import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { type HtmlPages, serveHtml } from './html-pages.ts';

const makeTempFolder = prepareTempFolders('browser-acting');
let pages: HtmlPages;
let folder: string;
let bench: BrowserBench;

const site = {
  '/frames':
    '<title>Frames</title><iframe id="outer" src="/outer"></iframe><iframe name="side" src="/side?x=1"></iframe>',
  '/outer': '<p>outer</p><iframe class="in" src="/inner"></iframe>',
  '/inner': '<input id="deep"><button onclick="this.textContent=\'clicked\'">In</button>',
  '/side': '<p id="who">side</p>',
  '/shadow': `<title>Shadow</title><x-card></x-card><script>customElements.define('x-card', class extends HTMLElement {
    connectedCallback() { const a = this.attachShadow({ mode: 'open' }); a.innerHTML = '<x-inner></x-inner><input class="name"><button class="ok" onclick="this.textContent=1">Go</button>';
      a.querySelector('x-inner').attachShadow({ mode: 'open' }).innerHTML = '<b id="deep">deep text</b>'; } })</script>`,
  '/drag': `<title>Drag</title><style>#a,#b{width:80px;height:80px;background:#ccc;margin:20px;display:inline-block}.knob{width:20px;height:20px;background:red;position:absolute;left:300px;top:200px}</style>
    <div id="a" draggable="true">A</div><div id="b">B</div><div class="knob"></div>
    <script>const s = []; a.ondragstart = (e) => { e.dataTransfer.setData('text', 'a') }; b.ondragover = (e) => e.preventDefault();
    b.ondrop = (e) => { e.preventDefault(); document.title = 'dropped ' + [...e.dataTransfer.files].map((f) => f.name + ' ' + f.size + ' ' + f.type).join() + e.dataTransfer.getData('text') };
    const k = document.querySelector('.knob'); let d; k.onmousedown = (e) => { d = e.clientX - k.offsetLeft };
    onmousemove = (e) => { if (d !== undefined) k.style.left = (e.clientX - d) + 'px' }; onmouseup = () => { d = undefined }</script>`,
  '/keys': `<title>Keys</title><input id="f"><script>const log = []; onkeydown = (e) => { log.push((e.ctrlKey ? 'Control+' : '') + e.key); document.title = log.join(' ') };
    let at; addEventListener('mousedown', (e) => { at = performance.now() }); addEventListener('mouseup', (e) => { window.held = performance.now() - at; window.place = [e.offsetX, e.offsetY, e.shiftKey] })</script>
    <div id="pad" style="width:200px;height:100px;background:#eee"></div><div id="cover" style="position:fixed;inset:0;display:none"></div>`,
  '/endless': `<title>Endless</title><div id="list"></div><script>let n = 0; const more = () => { for (let i = 0; i < 10 && n < 45; i++) { n++; list.insertAdjacentHTML('beforeend', '<p class="item" style="height:80px">' + n + '</p>') } };
    more(); let busy = false; onscroll = () => { if (busy || innerHeight + scrollY < document.body.scrollHeight - 50) return; busy = true; setTimeout(() => { more(); busy = false }, 40) }</script>`,
  '/canvas': `<title>Canvas</title><style>body{background:repeating-linear-gradient(45deg,#eee,#ddd 10px)}div{position:absolute;width:40px;height:30px}#star{left:20px;top:20px;background:radial-gradient(circle at 12px 9px,#fff,#c00 30%,#060 60%,#00c)}#moon{left:120px;top:20px;background:radial-gradient(circle at 30px 9px,#fff,#c00 30%,#060 60%,#00c)}#plain{left:200px;top:20px;background:#888}</style>
    <div id="star" onclick="document.title='star'"></div><div id="moon" onclick="document.title='moon'"></div><div id="plain"></div>`,
  '/popup':
    '<title>Popup</title><button id="open" onclick="setTimeout(() => window.open(\'/side\'), 150)">Open</button>',
  '/files': '<title>Files</title><a href="/report.pdf">Report</a>',
  '/secret': `<title>Secret</title><body style="margin:0"><input type="password" value="pa55word" style="position:absolute;left:0;top:0;width:200px;height:40px">
    <input id="token" value="" style="position:absolute;left:0;top:60px;width:200px;height:40px"><input id="plain" value="plain" style="position:absolute;left:0;top:120px;width:200px;height:40px">`,
};

beforeAll(async () => {
  pages = await serveHtml({
    ...site,
    '/report.pdf': (request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(request.headers.cookie?.includes('in=yes') ? 'for members' : 'public');
    },
    '/moved': (_request, response) => {
      response.writeHead(302, { location: '/report.pdf' });
      response.end();
    },
  });
  folder = await makeTempFolder();
  bench = createBench(folder);
  await bench.run('browser.open', { width: 800, height: 600 });
});
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

const go = (path: string) => bench.run('browser.goto', { url: pages.url + path });
const title = async () => (await bench.browser.page()).title();

describe('frames', () => {
  test('are named by selector, name and address, one inside of another', async () => {
    await go('/frames');
    await bench.run('browser.fill', { target: '#outer >>> iframe.in >>> #deep', text: 'one' });
    expect(await bench.run('browser.extractText', { target: '#deep', frame: ['#outer', 'url=/inner'] })).toMatchObject({
      text: 'one',
    });
    expect(await bench.run('browser.extractText', { target: '#deep', frame: '#outer >>> .in' })).toMatchObject({
      text: 'one',
    });
    expect(await bench.run('browser.extractText', { target: '#who', frame: 'name=side' })).toMatchObject({
      text: 'side',
    });
    expect(await bench.run('browser.extractText', { target: '#who', frame: 'url=**/side*' })).toMatchObject({
      text: 'side',
    });
    expect(await bench.run('browser.evaluate', { frame: 'name=side', script: 'return location.pathname' })).toEqual({
      result: '/side',
    });
    expect(
      await bench.fail('browser.extractText', { target: 'p', frame: 'url=/nowhere', timeoutMs: 150 }),
    ).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
      message: expect.stringContaining('/side'),
    });
  });
});

test('open shadow roots are seen through', async () => {
  await go('/shadow');
  expect(await bench.run('browser.extractText', { target: '#deep' })).toMatchObject({ text: 'deep text' });
  await bench.run('browser.fill', { target: 'x-card .name', text: 'Ada' });
  await bench.run('browser.click', { target: 'role=button[name="Go"]' });
  expect(await bench.run('browser.extractText', { target: '.ok' })).toMatchObject({ text: '1' });
  expect(await bench.run('browser.detectForms')).toMatchObject({ fieldCount: 1 });
});

describe('the mouse', () => {
  test('drags onto an element and by a distance', async () => {
    await go('/drag');
    await bench.run('browser.drag', { target: '#a', onto: '#b' });
    expect(await title()).toBe('dropped a');
    await bench.run('browser.drag', { target: '.knob', to: 'distance', right: 120 });
    expect(await bench.run('browser.elementState', { target: '.knob', styles: ['left'] })).toMatchObject({
      styles: { left: '420px' },
      box: { x: 420, width: 20 },
    });
    expect(await bench.fail('browser.drag', { target: '#a' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  test('drops files onto an area', async () => {
    await go('/drag');
    await writeFile(join(folder, 'in.csv'), 'a,b');
    await bench.run('browser.upload', { target: '#b', files: ['in.csv'], how: 'drop' });
    expect(await title()).toBe('dropped in.csv 3 text/csv');
  });

  test('clicks at a place, holds, with keys, and what is covered if forced', async () => {
    await go('/keys');
    const page = await bench.browser.page();
    await bench.run('browser.click', { target: '#pad', position: { x: 30, y: 40 }, modifiers: ['Shift'], holdMs: 120 });
    expect(await page.evaluate('place')).toEqual([30, 40, true]);
    expect(await page.evaluate('window.held')).toBeGreaterThan(90);
    await page.evaluate('cover.style.display = "block"');
    expect(await bench.fail('browser.click', { target: '#pad', timeoutMs: 600 })).toMatchObject({
      code: 'NODE_TIMEOUT',
    });
    await bench.run('browser.click', { target: '#pad', force: true, timeoutMs: 5000 });
    await bench.run('browser.mouse', { action: 'click', x: 5, y: 6 });
    expect(await page.evaluate('place')).toEqual([5, 6, false]);
  });

  test('shows the element first where people watch, and leaves nothing behind', async () => {
    await go('/keys');
    const shown = bench.run('browser.highlight', { target: '#pad', showMs: 300 });
    const page = await bench.browser.page();
    await page.waitForSelector('[data-casare-highlight]', { state: 'attached' });
    await shown;
    expect(await page.locator('[data-casare-highlight]').count()).toBe(0);
    await bench.run('browser.click', { target: '#pad', highlight: true });
  });

  test('takes the first of several only when told to', async () => {
    await go('/endless');
    expect(await bench.fail('browser.click', { target: '.item' })).toMatchObject({ code: 'ELEMENT_NOT_FOUND' });
    expect(await bench.run('browser.elementState', { target: '.item', match: 'last' })).toMatchObject({
      text: '10',
      count: 10,
    });
    await bench.run('browser.click', { target: '.item', match: 'first' });
  });
});

test('keys are pressed one after another, together, several times and held', async () => {
  await go('/keys');
  await bench.run('browser.press', { key: 'a Control+k Enter', times: 2 });
  expect(await title()).toBe('a Control+Control Control+k Enter a Control+Control Control+k Enter');
});

test('a picture is found and clicked, and refused where it is not seen or seen twice', async () => {
  await go('/canvas');
  await bench.run('browser.screenshot', { area: 'element', target: '#star', path: 'star.png' });
  await bench.run('browser.screenshot', { area: 'element', target: '#plain', path: 'plain.png' });
  const page = await bench.browser.page();
  await page.evaluate('star.style.left = "333px"; star.style.top = "217px"');
  expect(await bench.run('browser.clickImage', { image: 'star.png' })).toEqual({ x: 353, y: 232, likeness: 1 });
  expect(await title()).toBe('star');
  await page.evaluate('document.body.append(Object.assign(star.cloneNode(true), { style: "left:50px;top:400px" }))');
  expect(await bench.fail('browser.clickImage', { image: 'star.png' })).toMatchObject({
    code: 'ELEMENT_NOT_FOUND',
    message: expect.stringContaining('2 times'),
  });
  await page.evaluate('document.querySelectorAll("#star").forEach((one) => one.remove())');
  expect(await bench.fail('browser.clickImage', { image: 'star.png', timeoutMs: 300 })).toMatchObject({
    code: 'ELEMENT_NOT_FOUND',
    retryable: true,
  });
  expect(await bench.fail('browser.clickImage', { image: 'plain.png' })).toMatchObject({ code: 'PARAMS_INVALID' });
});

describe('scrolling', () => {
  test('goes on until nothing new comes, until enough is there, and until something is seen', async () => {
    await go('/endless');
    expect(await bench.run('browser.scroll', { to: 'everything', items: '.item', quietMs: 700 })).toMatchObject({
      count: 45,
      end: 'nothingNew',
    });
    await go('/endless');
    const some = await bench.run('browser.scroll', { to: 'everything', items: '.item', untilCount: 25 });
    expect(some).toMatchObject({ end: 'count' });
    expect(some['count']).toBeLessThan(45);
    await go('/endless');
    expect(await bench.run('browser.scroll', { to: 'everything', untilElement: 'p:text-is("18")' })).toMatchObject({
      end: 'element',
    });
    await go('/endless');
    expect(await bench.run('browser.scroll', { to: 'everything', items: '.item', maxRounds: 1 })).toMatchObject({
      end: 'limit',
    });
  });

  test('goes to an element, by a distance and to the ends', async () => {
    await go('/endless');
    const page = await bench.browser.page();
    await bench.run('browser.scroll', { to: 'distance', down: 30 });
    expect(await page.evaluate('scrollY')).toBe(30);
    await bench.run('browser.scroll', { to: 'element', target: '.item >> nth=9' });
    expect(await bench.run('browser.elementState', { target: '.item >> nth=9' })).toMatchObject({ inView: true });
    await bench.run('browser.scroll', { to: 'top' });
    expect(await page.evaluate('scrollY')).toBe(0);
  });
});

test('a tab that opens by itself is waited for', async () => {
  await go('/popup');
  await bench.run('browser.click', { target: '#open' });
  expect(await bench.run('browser.tabs', { action: 'wait', tab: '/side' })).toMatchObject({ current: 1 });
  expect(await bench.run('browser.extractText', { target: '#who' })).toMatchObject({ text: 'side' });
  await bench.run('browser.tabs', { action: 'switch', tab: 0 });
  expect(await bench.run('browser.tabs', { action: 'closeOthers' })).toMatchObject({
    current: 0,
    tabs: [{ title: 'Popup' }],
  });
  expect(await bench.fail('browser.tabs', { action: 'wait', timeoutMs: 100 })).toMatchObject({ code: 'NODE_TIMEOUT' });
});

test('an address is downloaded with the sign-in of the browser, through redirects, and never as an error page', async () => {
  await go('/files');
  const first = await bench.run('browser.download', { url: '/moved', path: 'a.txt' });
  expect(await readFile(String(first['path']), 'utf8')).toBe('public');
  await bench.run('browser.cookies', { action: 'set', name: 'in', value: 'yes' });
  const second = await bench.run('browser.download', { url: '/report.pdf', path: 'out/' });
  expect(await readFile(String(second['path']), 'utf8')).toBe('for members');
  expect(second).toMatchObject({ fileName: 'report.pdf', bytes: 11 });
  expect(await bench.fail('browser.download', { url: '/no-such-file' })).toMatchObject({
    code: 'NAVIGATION_FAILED',
    details: { status: 404 },
  });
  expect(await bench.fail('browser.download', { url: 'file:///etc/passwd' })).toMatchObject({
    code: 'NAVIGATION_FAILED',
  });
  expect(await bench.fail('browser.download')).toMatchObject({ code: 'PARAMS_INVALID' });
  expect((await bench.run('browser.tabs'))['tabs']).toHaveLength(1);
});

describe('pictures', () => {
  async function colourAt(data: unknown, x: number, y: number): Promise<number[]> {
    const png = PNG.sync.read(Buffer.from(String(data), 'base64'));
    const at = (y * png.width + x) * 4;
    return [...png.data.subarray(at, at + 3)];
  }

  test('cover passwords and fields that hold a secret of the run, and nothing else', async () => {
    await go('/secret');
    bench.secrets.push('tok-12345');
    const before = await bench.run('browser.screenshot');
    expect(before['covered']).toBe(1);
    await bench.run('browser.fill', { target: '#token', text: 'Bearer tok-12345' });
    const after = await bench.run('browser.screenshot');
    expect(after['covered']).toBe(2);
    const cover = [0x1f, 0x29, 0x37];
    for (const y of [5, 20, 35]) expect(await colourAt(before['data'], 100, y)).toEqual(cover);
    for (const y of [65, 80, 95]) {
      expect(await colourAt(after['data'], 20, y)).toEqual(cover);
      expect(await colourAt(before['data'], 150, y)).not.toEqual(cover);
    }
    expect(await colourAt(after['data'], 150, 140)).not.toEqual(cover);
    const covered = await bench.run('browser.screenshot', { cover: ['#plain'] });
    expect(await colourAt(covered['data'], 150, 140)).toEqual(cover);
  });

  test('of a failure are taken where the step asks for one', async () => {
    await go('/secret');
    const error = await bench.fail('browser.click', {
      target: '#none',
      timeoutMs: 100,
      screenshotOnFail: 'failed/one.png',
    });
    expect(error).toMatchObject({ code: 'ELEMENT_NOT_FOUND', message: expect.stringContaining('failed/one.png') });
    const picture = await readFile(String(error.details['screenshot']));
    expect(await colourAt(picture.toString('base64'), 100, 20)).toEqual([0x1f, 0x29, 0x37]);
    expect(
      await bench.fail('browser.click', { target: '#none', timeoutMs: 100, screenshotOnFail: '/etc/x.png' }),
    ).toMatchObject({ code: 'ELEMENT_NOT_FOUND' });
  });
});
