import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { type BrowserBench, createBench } from './browser-bench.ts';
import { startPages, type TestPages } from './pages.ts';

const makeTempFolder = prepareTempFolders('browser-elements');
let pages: TestPages;
let bench: BrowserBench;

beforeAll(async () => {
  pages = await startPages();
  bench = createBench(await makeTempFolder());
  await bench.run('browser.open');
});
beforeEach(() => bench.run('browser.goto', { url: pages.url }));
afterAll(async () => {
  await bench.browser.close();
  await pages.stop();
});

async function script(source: string): Promise<unknown> {
  return (await bench.run('browser.evaluate', { script: `return ${source}` }))['result'];
}

describe('an element', () => {
  test('is found by CSS, text, role and XPath', async () => {
    for (const target of ['h1', 'text=Welcome', 'role=heading[name="Welcome"]', 'xpath=//h1']) {
      expect(await bench.run('browser.extractText', { target })).toEqual({ text: 'Welcome', texts: ['Welcome'] });
    }
  });

  test('that is not there fails with selector, address and the time waited', async () => {
    const error = await bench.fail('browser.click', { target: '#nothing', timeoutMs: 150 });
    expect(error).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
      retryable: true,
      details: { selector: '#nothing', url: `${pages.url}/`, timeoutMs: 150 },
    });
    expect(error.message).toContain('#nothing');
    expect(error.message).toContain('150 ms');
  });

  test('that is ambiguous fails at once, with how many and the first candidates', async () => {
    const error = await bench.fail('browser.click', { target: 'button' });
    expect(error).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
      retryable: false,
      details: { selector: 'button', count: 4 },
    });
    expect(error.details['candidates']).toHaveLength(3);
    expect(error.message).toContain('matches 4 elements');
    expect(error.message).toContain('id="dead"');
  });

  test('that is not ready fails with the reason', async () => {
    const error = await bench.fail('browser.click', { target: '#dead', timeoutMs: 1500 });
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      retryable: true,
      details: { reason: 'element is not enabled' },
    });
  });

  test('with a broken selector fails as a wrong parameter', async () => {
    expect(await bench.fail('browser.click', { target: 'a[' })).toMatchObject({ code: 'PARAMS_INVALID' });
    expect(await bench.fail('browser.click', { target: 'xpath=//[' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  test('inside a frame is found through the frame', async () => {
    await bench.run('browser.goto', { url: '/frame' });
    await bench.run('browser.fill', { target: '#name', frame: '#inner', text: 'Ada' });
    expect(await bench.run('browser.extractText', { target: '#name', frame: '#inner' })).toMatchObject({ text: 'Ada' });
  });
});

describe('browser.click', () => {
  test('follows a link', async () => {
    expect(await bench.run('browser.click', { target: '#next' })).toEqual({ url: `${pages.url}/next?page=2` });
  });

  test('stops within 2 s when the run is cancelled, and does not click later', async () => {
    const begun = performance.now();
    const error = await bench.fail('browser.click', { target: '#dead' }, AbortSignal.timeout(150));
    expect(error.code).toBe('RUN_CANCELLED');
    expect(performance.now() - begun).toBeLessThan(2000);
    await script(
      '(window.clicked = 0, document.querySelector("#dead").onclick = () => { window.clicked++ }, document.querySelector("#dead").disabled = false)',
    );
    await bench.run('browser.click', { target: '#hover' });
    expect(await script('window.clicked')).toBe(0);
  });
});

describe('browser.waitFor', () => {
  test('waits until an element appears and until one goes', async () => {
    await bench.run('browser.click', { target: '#late-maker' });
    await bench.run('browser.waitFor', { until: 'visible', target: '#late' });
    expect(await script('document.querySelector("#late").textContent')).toBe('late');
    await bench.run('browser.click', { target: '#vanish' });
    await bench.run('browser.waitFor', { until: 'detached', target: '#vanish' });
    expect(await script('document.querySelector("#vanish")')).toBeNull();
  });

  test('takes hidden as not visible', async () => {
    await bench.run('browser.waitFor', { until: 'hidden', target: '#hidden' });
    await bench.run('browser.waitFor', { until: 'attached', target: '#hidden' });
    expect(await bench.fail('browser.waitFor', { until: 'visible', target: '#hidden', timeoutMs: 150 })).toMatchObject({
      code: 'ELEMENT_NOT_FOUND',
    });
  });

  test('waits for an address, a text and the end of loading', async () => {
    await script('(setTimeout(() => { location.href = "/next" }, 100), 0)');
    expect(await bench.run('browser.waitFor', { until: 'url', url: '**/next' })).toEqual({ url: `${pages.url}/next` });
    await bench.run('browser.waitFor', { until: 'load' });
    await bench.run('browser.waitFor', { until: 'text', text: 'Second page' });
  });

  test('says what was still there, and what is missing in its parameters', async () => {
    expect(await bench.fail('browser.waitFor', { until: 'hidden', target: 'h1', timeoutMs: 100 })).toMatchObject({
      code: 'NODE_TIMEOUT',
      message: '"h1" was still there after 100 ms.',
    });
    expect(await bench.fail('browser.waitFor', { until: 'text', text: 'nowhere', timeoutMs: 100 })).toMatchObject({
      code: 'NODE_TIMEOUT',
    });
    expect(await bench.fail('browser.waitFor', { until: 'visible' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });

  test('stops when the run is cancelled', async () => {
    const error = await bench.fail('browser.waitFor', { target: '#never' }, AbortSignal.timeout(100));
    expect(error.code).toBe('RUN_CANCELLED');
  });
});

test('browser.exists tells what is there without failing', async () => {
  expect(await bench.run('browser.exists', { target: '.note' })).toEqual({
    found: true,
    count: 2,
    visible: true,
    text: 'one',
  });
  expect(await bench.run('browser.exists', { target: '#hidden' })).toMatchObject({ found: true, visible: false });
  expect(await bench.run('browser.exists', { target: '#no', timeoutMs: 50 })).toMatchObject({ found: false, count: 0 });
});

test('browser.hover opens what reacts to the mouse', async () => {
  await bench.run('browser.hover', { target: '#hover' });
  expect(await bench.run('browser.extractText', { target: '#hover' })).toMatchObject({ text: 'over' });
});

describe('a form', () => {
  beforeEach(() => bench.run('browser.goto', { url: '/form' }));

  test('is filled field by field', async () => {
    await bench.run('browser.fill', { target: '#name', text: 42 });
    await bench.run('browser.type', { target: '#text', text: 'a\nb' });
    expect(await bench.run('browser.select', { target: '#country', choices: ['France'] })).toEqual({
      selected: ['fr'],
    });
    expect(await bench.run('browser.select', { target: '#many', by: 'index', choices: ['0', '2'] })).toEqual({
      selected: ['a', 'c'],
    });
    await bench.run('browser.check', { target: '#terms' });
    await bench.run('browser.press', { target: '#keys', key: 'ArrowDown' });
    expect(
      await script(
        '[name.value ?? document.querySelector("#name").value, document.querySelector("#text").value, terms.checked, document.title]',
      ),
    ).toEqual(['42', 'a\nb', true, 'FormArrowDown']);
    await bench.run('browser.check', { target: '#terms', checked: false });
    expect(await script('terms.checked')).toBe(false);
  });

  test('types over what is there only when asked to', async () => {
    expect(await bench.run('browser.type', { target: '#name', text: 'er' })).toEqual({ value: 'older' });
    expect(await bench.run('browser.type', { target: '#name', text: 'new', clearFirst: true })).toEqual({
      value: 'new',
    });
  });

  test('is filled in one step, each field in its own way', async () => {
    const fields = [
      { target: '#name', value: 'Ada' },
      { target: '#country', value: 'France' },
      { target: '#terms', value: 'yes' },
      { target: '#r2', value: true },
    ];
    expect(await bench.run('browser.fillForm', { fields })).toEqual({ count: 4 });
    expect(await script('[document.querySelector("#name").value, country.value, terms.checked, r2.checked]')).toEqual([
      'Ada',
      'fr',
      true,
      true,
    ]);
    const error = await bench.fail('browser.fillForm', {
      fields: [...fields, { target: '#no', value: 1 }],
      timeoutMs: 1500,
    });
    expect(error).toMatchObject({ code: 'ELEMENT_NOT_FOUND', details: { selector: '#no' } });
  });

  test('never shows what was typed in an error', async () => {
    const error = await bench.fail('browser.fill', { target: '#country', text: 'hunter2', timeoutMs: 100 });
    expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2');
  });

  test('an entry that the list does not have fails', async () => {
    const error = await bench.fail('browser.select', { target: '#country', choices: ['Mars'], timeoutMs: 1500 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT', details: { reason: 'did not find some options' } });
  });
});
