import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { startPages, type TestPages } from './pages.ts';

const makeTempFolder = prepareTempFolders('browser-files');
let pages: TestPages;
let folder: string;
let bench: BrowserBench;

beforeAll(async () => {
  pages = await startPages();
  folder = await makeTempFolder();
  bench = createBench(folder);
  await bench.run('browser.open');
});
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

function go(path: string): Promise<unknown> {
  return bench.run('browser.goto', { url: pages.url + path });
}

describe('reading', () => {
  test('texts and attributes, of one element or of all', async () => {
    await go('/');
    expect(await bench.run('browser.extractText', { target: '.note', all: true })).toEqual({
      text: 'one',
      texts: ['one', 'two'],
    });
    expect(await bench.run('browser.extractAttribute', { target: '#next', attribute: 'href' })).toMatchObject({
      value: `${pages.url}/next?page=2`,
    });
    expect(await bench.run('browser.extractAttribute', { target: '#next', attribute: 'rel' })).toEqual({
      value: null,
      values: [null],
    });
    expect(await bench.fail('browser.extractText', { target: '.note' })).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
      details: { count: 2 },
    });
  });

  test('a table, with titles, doubled titles and cells that span columns', async () => {
    await go('/table');
    expect(await bench.run('browser.extractTable', { target: '#t' })).toEqual({
      columns: ['City', 'People', 'City 2'],
      rows: [
        { City: 'Ulm', People: '126 000', 'City 2': 'x' },
        { City: 'Bonn', People: 'Bonn', 'City 2': 'y' },
      ],
      count: 2,
      pages: 1,
    });
    expect(await bench.run('browser.extractTable', { target: '#plain' })).toMatchObject({
      rows: [{ column1: '1', column2: '2' }],
    });
    expect(await bench.run('browser.extractTable', { target: '#plain', header: 'firstRow' })).toMatchObject({
      columns: ['1', '2'],
      count: 0,
    });
    expect(await bench.fail('browser.extractTable', { target: 'ul' })).toMatchObject({ code: 'NODE_FAILED' });
  });

  test('a list of entries with fields', async () => {
    await go('/table');
    const fields = [
      { name: 'title', selector: 'a' },
      { name: 'link', selector: 'a', attribute: 'href' },
      { name: 'id', attribute: 'data-id' },
      { name: 'mark', selector: 'i' },
    ];
    expect(await bench.run('browser.extractList', { target: 'li', fields })).toEqual({
      rows: [
        { title: 'A', link: `${pages.url}/a`, id: '7', mark: '1' },
        { title: 'B', link: `${pages.url}/b`, id: '8', mark: null },
      ],
      count: 2,
      pages: 1,
    });
    expect(await bench.run('browser.extractList', { target: '.no', fields, allowEmpty: true, timeoutMs: 50 })).toEqual({
      rows: [],
      count: 0,
      pages: 1,
    });
    expect(await bench.fail('browser.extractList', { target: '.no', fields, timeoutMs: 50 })).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
    });
    expect(
      await bench.fail('browser.extractList', { target: 'li', fields: [{ name: 'x', selector: 'a[' }] }),
    ).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('pictures and PDF', () => {
  test('of the view, the page and an element', async () => {
    await go('/tall');
    const view = await bench.run('browser.screenshot', { path: 'view.png' });
    const page = await bench.run('browser.screenshot', { area: 'page', path: 'out/page.png' });
    expect(pngSize(await readFile(String(view['path'])))).toEqual([1280, 800]);
    expect(pngSize(await readFile(join(folder, 'out/page.png')))).toEqual([1280, 3000]);
    expect(page['data']).toBeNull();
    const data = await bench.run('browser.screenshot', { area: 'element', target: 'div', format: 'jpeg' });
    expect(Buffer.from(String(data['data']), 'base64').subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(await bench.fail('browser.screenshot', { path: 'view.png', overwrite: false })).toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect(await bench.fail('browser.screenshot', { path: '../../out.png' })).toMatchObject({ code: 'FILE_ACCESS' });
  });

  test('of the page on paper', async () => {
    await go('/');
    const { path } = await bench.run('browser.pdf', { path: 'page.pdf' });
    expect((await readFile(String(path))).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('files', () => {
  test('are put into a file field and into the dialog of a button', async () => {
    await writeFile(join(folder, 'a.txt'), 'abc');
    await writeFile(join(folder, 'b.txt'), 'de');
    await go('/form');
    await bench.run('browser.upload', { target: '#file', files: ['a.txt', 'b.txt'] });
    expect(await bench.run('browser.evaluate', { script: 'return document.title' })).toEqual({
      result: 'a.txt:3,b.txt:2',
    });
    await bench.run('browser.upload', { target: '#pick', files: ['b.txt'] });
    expect(await bench.run('browser.evaluate', { script: 'return document.title' })).toEqual({ result: 'b.txt:2' });
    expect(await bench.fail('browser.upload', { target: '#file', files: ['no.txt'] })).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    expect(await bench.fail('browser.upload', { target: '#file', files: ['/etc/passwd'] })).toMatchObject({
      code: 'FILE_ACCESS',
    });
  });

  test('are downloaded, under a name that cannot leave the folder', async () => {
    await go('/download');
    const saved = await bench.run('browser.download', { target: '#get', path: 'in/report.csv' });
    expect(await readFile(join(folder, 'in/report.csv'), 'utf8')).toBe('a,b\n1,2\n');
    expect(saved).toMatchObject({ bytes: 8, url: `${pages.url}/file` });
    const suggested = await bench.run('browser.download', { target: '#get', path: 'in/' });
    expect(String(suggested['path']).startsWith(join(folder, 'in'))).toBe(true);
    expect(String(suggested['fileName'])).not.toMatch(/[\\/:]/);
  });

  test('that never end are given up', async () => {
    await go('/download');
    const error = await bench.fail('browser.download', { target: '#slow', timeoutMs: 400 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT', retryable: true });
  });
});

function pngSize(data: Buffer): number[] {
  return [data.readUInt32BE(16), data.readUInt32BE(20)];
}
