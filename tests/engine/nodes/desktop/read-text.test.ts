import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { findPhrase } from '../../../../engine/nodes/desktop/find-phrase.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const patience = 60_000;

const lines = [
  'The quick brown fox jumps over the lazy dog.',
  'Invoice number 2026-0042 of 21 November 2026',
  'Total amount: 1,250.00 EUR, payable within 30 days',
  'Customer: Miller & Sons, 17 Station Road, Leeds',
  'Please send questions to accounts@example.com today',
];

/** As programs show it: letters of the usual size, on grey or on dark. */
async function render(name: string, size: number, [paper, ink]: [string, string]): Promise<void> {
  const texts = lines.map((line, i) => `<text x="20" y="${30 + i * size * 2}">${line.replace('&', '&amp;')}</text>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="${40 + lines.length * size * 2}" font-family="DejaVu Sans" font-size="${size}" fill="${ink}"><rect width="100%" height="100%" fill="${paper}"/>${texts.join('')}</svg>`;
  await writeFile(join(bench.folder, name), await sharp(Buffer.from(svg)).png().toBuffer());
}

/** The share of letters that are right (Levenshtein). */
function likeness(read: string, wanted: string): number {
  let row = Array.from({ length: wanted.length + 1 }, (_, i) => i);
  for (const letter of read) {
    const next = [(row[0] ?? 0) + 1];
    for (let j = 1; j <= wanted.length; j++)
      next.push(
        Math.min((row[j - 1] ?? 0) + (letter === wanted[j - 1] ? 0 : 1), (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1),
      );
    row = next;
  }
  return 1 - (row.at(-1) ?? 0) / wanted.length;
}

describe('the text of a picture', () => {
  const looks: [string, number, [string, string]][] = [
    ['of the usual size on grey', 13, ['#f6f5f4', '#2e3436']],
    ['white on dark', 14, ['#2d2d2d', '#eeeeee']],
    ['large', 24, ['#ffffff', '#000000']],
  ];
  test.each(looks)('%s is read, 95 %% of its letters at least', { timeout: patience }, async (_name, size, colors) => {
    await render('page.png', size, colors);
    const { output } = await bench.run('image.ocr', { path: 'page.png' });
    expect(likeness(output.text.replace(/\s+/g, ' '), lines.join(' '))).toBeGreaterThanOrEqual(0.95);
    const word = output.words.find(({ text }: { text: string }) => text === '2026-0042');
    expect(word.y + word.height).toBeGreaterThan(30 + 2 * size - size);
    expect(word.y).toBeLessThan(30 + 2 * size);
    expect(word.line).toBe(1);
  });

  test('holds only the characters that may occur', { timeout: patience }, async () => {
    await render('page.png', 16, ['#ffffff', '#000000']);
    const { output } = await bench.run('image.ocr', { path: 'page.png', characters: '0123456789-' });
    expect(output.text.replace(/\s/g, '')).toMatch(/^[\d-]+$/);
  });

  test('needs a language that is installed and a file that is a picture', { timeout: patience }, async () => {
    await render('page.png', 16, ['#ffffff', '#000000']);
    const unknown = await bench.fail('image.ocr', { path: 'page.png', languages: 'eng+xyz' });
    expect(unknown).toMatchObject({ code: 'DATA_FORMAT', details: { language: 'xyz' } });
    await writeFile(join(bench.folder, 'no.png'), 'not a picture');
    expect((await bench.fail('image.ocr', { path: 'no.png' })).code).toBe('DATA_FORMAT');
  });
});

describe('a phrase among words', () => {
  const words = ['Save', 'as', 'Save', 'all', 'Cance1', '(Print...)'].map((text, i) => ({
    text,
    confidence: 0.9,
    x: i * 50,
    y: i < 2 ? 0 : 40,
    width: 40,
    height: 12,
    line: i < 2 ? 0 : 1,
  }));
  const search = (phrase: string, similarity = 0.8, matchCase = false) =>
    findPhrase(words, phrase, { similarity, matchCase }).map(({ text }) => text);

  test('stands in one line, word after word', () => {
    expect(search('save all')).toEqual(['Save all']);
    expect(search('as Save')).toEqual([]);
    expect(search('Save', 0.9)).toEqual(['Save', 'Save']);
    expect(findPhrase(words, 'save all', { similarity: 0.9, matchCase: false })).toMatchObject([
      { x: 100, y: 40, width: 90, height: 12 },
    ]);
  });

  test('may be misread a little, and marks around it do not count', () => {
    expect(search('Cancel')).toEqual(['Cance1']);
    expect(search('Cancel', 1)).toEqual([]);
    expect(search('Print')).toEqual(['(Print...)']);
    expect(search('PRINT', 0.9, true)).toEqual([]);
  });
});
