import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { type HtmlPages, serveHtml } from './html-pages.ts';

const makeTempFolder = prepareTempFolders('browser-finding');
let pages: HtmlPages;
let bench: BrowserBench;

const names = ['Lamp', 'Chair', 'Table', 'Shelf', 'Sofa', 'Bed'];
const menu =
  '<nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Shop</a></li><li><a href="/c">Help</a></li></ul></nav>';
const each = (make: (name: string, i: number) => string) => names.map(make).join('');

const layouts = {
  '/cards': `${menu}<div class="grid">${each((name, i) => `<div class="card${i === 1 ? ' featured' : ''}"><img src="/p${i}.png" width="10" height="10"><h3><a href="/item/${i}">${name}</a></h3><span class="price">${i + 1}0.00</span>${i % 2 ? '<em class="badge">New</em>' : ''}<ul class="tags"><li>wood</li><li>blue${i}</li></ul></div>`)}</div>`,
  '/table': `${menu}<table><thead><tr><th>Article</th><th>Price</th></tr></thead><tbody>${each((name, i) => `<tr><td>${name}</td><td>${i + 1}0.00</td></tr>`)}</tbody></table>`,
  '/items': `${menu}<ol>${each((name, i) => `<li>${name} <b class="price">${i + 1}0.00</b></li>`)}</ol>`,
  '/pairs': `${menu}<dl>${each((name, i) => `<dt>${name}</dt><dd>${i + 1}0.00</dd>`)}</dl>`,
  '/rows': `${menu}<div class="list">${[0, 2, 4].map((from) => `<div class="row">${[from, from + 1].map((i) => `<div class="col"><h4>${names[i]}</h4><p>${i + 1}0.00</p></div>`).join('')}</div>`).join('')}</div>`,
  '/made': `${menu}<section><div class="css-1ab9x7">${each((name, i) => `<article class="css-77a${i}bc9"><div><div>${name}</div></div><div><span>${i + 1}0.00</span><span>in stock ${i}</span></div></article>`)}</div></section>`,
  '/groups': `<section><h2>Old</h2><ul><li><b class="name">Stone</b><i class="cost">1</i></li><li><b class="name">Wheel</b><i class="cost">2</i></li></ul></section>
    <section><h2>New</h2><ul>${each((name, i) => `<li><b class="name">${name}</b><i class="cost">${i + 1}0.00</i></li>`)}</ul></section>`,
};

beforeAll(async () => {
  pages = await serveHtml({
    ...layouts,
    '/form': `<title>Form</title><form name="order" action="/send" method="post"><label for="n">Your name</label><input id="n" name="name" required>
      <label>Mail <input name="mail" type="email" placeholder="you@example.com"></label><select name="land" aria-label="Country"><option value="de">Germany<option value="fr">France</select>
      <input type="password" name="pw" value="hush"><input type="hidden" name="token" value="t"><textarea name="note" disabled>x</textarea>
      <input type="checkbox" name="ok" aria-label="Agree" checked><button>Send</button></form><input id="search" placeholder="Search"><p id="msg">Hello there</p>`,
    '/paged': `<title>Paged</title><table><thead><tr><th>N</th></tr></thead><tbody id="t"></tbody></table><ul id="l"></ul><button id="next">Next</button>
      <script>let p = 0; const show = () => { t.innerHTML = l.innerHTML = ''; for (let i = 1; i <= 2; i++) { t.innerHTML += '<tr><td>' + (p * 2 + i) + '</td></tr>'; l.innerHTML += '<li><b>' + (p * 2 + i) + '</b></li>' } next.disabled = p >= 2 };
      next.onclick = () => setTimeout(() => { p++; show() }, 60); show()</script>`,
    '/images': `<title>Images</title><img src="/a.png" alt="A" width="300" height="200"><img src="/b.JPG" width="20" height="20"><img src="/a.png"><div style="width:400px;height:300px;background:url('/bg.webp')"></div>`,
    '/captcha':
      '<title>Captcha</title><div class="g-recaptcha" data-sitekey="key-1" style="width:300px;height:70px"></div>',
  });
  bench = createBench(await makeTempFolder());
  await bench.run('browser.open');
});
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

const go = (path: string) => bench.run('browser.goto', { url: pages.url + path });

/** All values of each row, whatever the fields are called. */
async function rowsOf(path: string, params: Record<string, unknown>) {
  await go(path);
  const output = await bench.run('browser.extractByExample', { timeoutMs: 1000, ...params });
  const rows = output['rows'] as Record<string, string | null>[];
  return { rows, fields: output['fields'], selector: output['selector'], texts: rows.map((row) => Object.values(row)) };
}

describe('a list is found by examples', () => {
  const prices = names.map((_, i) => `${i + 1}0.00`);

  test.each([
    ['/cards', ['Lamp']],
    ['/cards', ['20.00']],
    ['/cards', ['Lamp', '10.00']],
    ['/cards', ['Chair', 'Bed']],
    ['/table', ['Table', '40.00']],
    ['/items', ['Sofa']],
    ['/pairs', ['Lamp']],
    ['/pairs', ['30.00']],
    ['/rows', ['Chair']],
    ['/rows', ['Lamp', '60.00']],
    ['/made', ['Shelf']],
    ['/groups', ['Chair']],
  ])('%s by %j', async (path, examples) => {
    const { texts } = await rowsOf(path, { examples });
    expect(texts).toHaveLength(names.length);
    for (const [i, name] of names.entries()) expect(texts[i]).toEqual(expect.arrayContaining([name, prices[i]]));
  });

  test('with names for its fields, links, pictures and nothing where a field is missing', async () => {
    const { rows, fields, selector } = await rowsOf('/cards', { examples: ['Lamp'] });
    expect(rows[0]).toEqual({
      image: `${pages.url}/p0.png`,
      title: 'Lamp',
      titleLink: `${pages.url}/item/0`,
      price: '10.00',
      badge: null,
      tags: 'wood',
      tags2: 'blue0',
    });
    expect(rows[1]?.['badge']).toBe('New');
    expect(fields).toContainEqual({ name: 'price', sample: '10.00', filled: 6 });
    expect(selector).toBe('div.card');
    const again = await bench.run('browser.extractList', {
      target: selector,
      fields: [{ name: 'price', selector: '.price' }],
    });
    expect(again).toMatchObject({ count: 6 });
  });

  test('by an element, and with the titles of a table', async () => {
    const { rows } = await rowsOf('/table', { target: 'text=Sofa' });
    expect(rows[4]).toEqual({ Article: 'Sofa', Price: '50.00' });
  });

  test('or the step says what is wrong', async () => {
    await go('/cards');
    expect(await bench.fail('browser.extractByExample', { examples: ['Nowhere'], timeoutMs: 1000 })).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
      message: expect.stringContaining('Nowhere'),
    });
    expect(await bench.fail('browser.extractByExample')).toMatchObject({ code: 'PARAMS_INVALID' });
    await go('/form');
    expect(await bench.fail('browser.extractByExample', { examples: ['Hello there'], timeoutMs: 1000 })).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
    });
  });
});

test('tables and lists are read over several pages', async () => {
  await go('/paged');
  const table = await bench.run('browser.extractTable', { target: 'table', next: '#next' });
  expect(table).toMatchObject({ pages: 3, count: 6, rows: [1, 2, 3, 4, 5, 6].map((n) => ({ N: String(n) })) });
  await go('/paged');
  const fields = [{ name: 'n', selector: 'b' }];
  expect(await bench.run('browser.extractList', { target: '#l li', fields, next: '#next', maxPages: 2 })).toMatchObject(
    { pages: 2, count: 4 },
  );
  await go('/paged');
  expect(await bench.run('browser.extractList', { target: '#l li', fields, next: '#next', maxRows: 3 })).toMatchObject({
    count: 3,
  });
});

describe('forms', () => {
  test('are listed with fields, labels, choices and buttons, and can be filled in by what was found', async () => {
    await go('/form');
    const found = await bench.run('browser.detectForms');
    expect(found).toMatchObject({ formCount: 2, fieldCount: 7 });
    const [order] = found['forms'] as { fields: { selector: string; name: string }[]; buttons: unknown[] }[];
    expect(order).toMatchObject({
      name: 'order',
      method: 'post',
      action: `${pages.url}/send`,
      fields: [
        { label: 'Your name', name: 'name', kind: 'text', required: true, selector: '#n' },
        { label: 'Mail', kind: 'email', placeholder: 'you@example.com' },
        {
          label: 'Country',
          kind: 'select-one',
          options: [
            { label: 'Germany', value: 'de' },
            { label: 'France', value: 'fr' },
          ],
        },
        { kind: 'password', value: '' },
        { kind: 'textarea', disabled: true },
        { kind: 'checkbox', label: 'Agree' },
      ],
      buttons: [{ text: 'Send' }],
    });
    const fields = order?.fields.slice(0, 2).map(({ selector }) => ({ target: selector, value: 'a@b.example' })) ?? [];
    expect(await bench.run('browser.fillForm', { fields })).toEqual({ count: 2 });
    expect(await bench.run('browser.detectForms', { hidden: true })).toMatchObject({ fieldCount: 8 });
  });
});

test('everything about an element can be read', async () => {
  await go('/form');
  expect(await bench.run('browser.elementState', { target: '[name=ok]', styles: ['display'] })).toMatchObject({
    visible: true,
    enabled: true,
    checked: true,
    tag: 'input',
    attributes: { type: 'checkbox' },
    count: 1,
  });
  expect(await bench.run('browser.elementState', { target: '[name=pw]' })).toMatchObject({ value: '', checked: null });
  expect(await bench.run('browser.elementState', { target: 'textarea' })).toMatchObject({
    enabled: false,
    editable: false,
  });
});

test('a check fails with what it found in place of what it should be', async () => {
  await go('/form');
  expect(await bench.run('browser.assert', { check: 'text', target: '#msg', expected: 'Hello' })).toEqual({
    actual: 'Hello there',
  });
  for (const params of [
    { check: 'disabled', target: 'textarea' },
    { check: 'checked', target: '[name=ok]' },
    { check: 'hidden', target: '#nothing' },
    { check: 'count', target: 'form', count: 1 },
    { check: 'address', expected: '**/form' },
    { check: 'title', how: 'equals', expected: 'Form' },
    { check: 'pageText', expected: 'Hello there' },
  ]) {
    await bench.run('browser.assert', params);
  }
  const error = await bench.fail('browser.assert', { check: 'text', target: '#msg', expected: 'Bye', timeoutMs: 1000 });
  expect(error).toMatchObject({
    code: 'ASSERTION_FAILED',
    details: { expected: 'Bye', actual: 'Hello there', selector: '#msg' },
  });
  expect(
    await bench.fail('browser.assert', { target: '#nothing', timeoutMs: 100, message: 'No greeting' }),
  ).toMatchObject({ message: 'No greeting' });
});

test('waiting for states of an element', async () => {
  await go('/form');
  await bench.run('browser.evaluate', {
    script: 'setTimeout(() => { element.disabled = false; element.value = "ready" }, 100)',
    target: 'textarea',
  });
  await bench.run('browser.waitFor', { until: 'enabled', target: 'textarea' });
  await bench.run('browser.waitFor', { until: 'contains', target: 'textarea', text: 'ready' });
  await bench.run('browser.waitFor', { until: 'count', target: 'input', count: 3 });
  await bench.run('browser.waitFor', { until: 'checked', target: '[name=ok]' });
  expect(
    await bench.fail('browser.waitFor', { until: 'unchecked', target: '[name=ok]', timeoutMs: 1000 }),
  ).toMatchObject({ code: 'NODE_TIMEOUT' });
});

test('pictures are listed, each once, by size and kind', async () => {
  await go('/images');
  expect(await bench.run('browser.images', { backgrounds: true })).toMatchObject({ count: 3 });
  expect(await bench.run('browser.images', { minWidth: 100 })).toMatchObject({
    images: [{ url: `${pages.url}/a.png`, alt: 'A' }],
  });
  expect(await bench.run('browser.images', { fileTypes: ['jpeg'] })).toMatchObject({
    images: [{ url: `${pages.url}/b.JPG` }],
  });
});

test('a captcha is noticed and not touched', async () => {
  await go('/captcha');
  expect(await bench.run('browser.detectCaptcha')).toMatchObject({
    found: true,
    kind: 'recaptcha',
    siteKey: 'key-1',
    visible: true,
  });
  await go('/form');
  expect(await bench.run('browser.detectCaptcha')).toMatchObject({ found: false, kind: 'none' });
  expect(await bench.run('browser.detectCaptcha', { target: '#msg' })).toMatchObject({ found: true, kind: 'other' });
});
