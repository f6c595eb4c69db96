import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { splitText } from '../../../../engine/nodes/ai/split-text.ts';
import { openNodeBench } from '../run-one.ts';
import { startModelServer } from './model-server.ts';

const bench = await openNodeBench();
const models = await startModelServer('key');
const connection = { provider: 'own', baseUrl: models.url, apiKey: 'key' };
const embedding = { ...connection, model: 'vectors' };
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;
const search = (query: string, params: Record<string, unknown> = {}) =>
  output('ai.search', { ...embedding, query, ...params });

const documents = [
  { id: 'delivery', text: 'Our delivery takes two days.', metadata: { language: 'en', kind: 'faq' } },
  { id: 'returns', text: 'Broken goods are returned within a month.', metadata: { language: 'en' } },
  'The canteen serves soup on Monday.',
];

it('makes one vector per text, in their order, in as many requests as it takes', async () => {
  const { vectors, dimensions, usage } = await output('ai.embed', {
    ...embedding,
    texts: Array.from({ length: 200 }, (_, i) => `word ${'ab'.repeat(i + 1)}`),
  });
  expect([vectors.length, dimensions, usage]).toEqual([
    200,
    512,
    { inputTokens: 200, outputTokens: 0, totalTokens: 200, requests: 3 },
  ]);
  const one = await output('ai.embed', { ...embedding, texts: `word ${'ab'.repeat(150)}` });
  expect(vectors[149]).toEqual(one.vector);
});

it('finds what is near, by meaning and metadata', async () => {
  const kept = await output('ai.remember', { ...embedding, documents });
  expect(kept).toMatchObject({ count: 3, pieces: 3, ids: ['delivery', 'returns', expect.stringMatching(/^.{22}$/)] });
  const { results, best } = await search('how many days for delivery', { limit: 2 });
  expect(best).toMatchObject({ id: 'delivery', metadata: { kind: 'faq' } });
  expect(results).toHaveLength(2);
  expect(results[0].score).toBeGreaterThan(results[1].score);
  expect(
    (await search('soup on monday', { metadata: { language: 'en' } })).results.map(({ id }: { id: string }) => id),
  ).not.toContain(kept.ids[2]);
  expect((await search('our delivery takes two days')).best.score).toBeCloseTo(1, 5);
  expect((await search('nothing shared', { minScore: 0.5 })).count).toBe(0);
});

it('replaces what it remembers under the same id, with all pieces', async () => {
  const remember = (text: string) =>
    output('ai.remember', {
      ...embedding,
      collection: 'long',
      documents: [{ id: 'doc', text }],
      pieceChars: 100,
      overlap: 10,
    });
  expect((await remember('One more sentence here. '.repeat(20))).pieces).toBeGreaterThan(4);
  expect((await remember('Short now.')).pieces).toBe(1);
  expect(await output('ai.forget', { collection: 'long', ids: ['doc'] })).toEqual({ count: 1, left: 0 });
});

it('answers from memory alone and names its sources', async () => {
  const ask = {
    ...connection,
    model: 'small',
    embeddingModel: 'vectors',
    question: 'How many days does our delivery take?',
  };
  models.replies.push({ answer: 'Two days.', pieces: [1] });
  expect(await output('ai.answer', ask)).toMatchObject({
    answer: 'Two days.',
    isKnown: true,
    sources: [{ id: 'delivery' }],
    usage: { requests: 2 },
  });
  models.replies.push({ answer: 'Two days.', pieces: [9] }, { answer: null, pieces: [] });
  expect(await output('ai.answer', ask)).toMatchObject({ answer: null, isKnown: false, sources: [] });
  expect(await output('ai.answer', { ...ask, collection: 'empty' })).toMatchObject({
    isKnown: false,
    usage: { requests: 1 },
  });
});

it('refuses a file that is no memory, one that is missing, and vectors of another model', async () => {
  await writeFile(join(bench.folder, 'text.db'), 'This is a text and no database, long enough to be looked at.');
  expect(await bench.fail('ai.search', { ...embedding, query: 'x', path: 'text.db' })).toMatchObject({
    code: 'DATA_FORMAT',
  });
  expect(await bench.fail('ai.search', { ...embedding, query: 'x', path: 'none.db' })).toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
  expect(await bench.fail('ai.search', { ...embedding, query: 'x', path: '../outside.db' })).toMatchObject({
    code: 'FILE_ACCESS',
  });
  expect(await bench.fail('ai.search', { ...embedding, model: 'other', query: 'x' })).toMatchObject({
    code: 'DATA_FORMAT',
  });
});

it('forgets texts and whole collections', async () => {
  expect(await output('ai.forget', { ids: ['delivery', 'unknown'] })).toEqual({ count: 1, left: 2 });
  expect(await output('ai.forget', { what: 'collection' })).toEqual({ count: 2, left: 0 });
});

it('splits texts where they have an end, and loses nothing', () => {
  const text = Array.from({ length: 50 }, (_, i) => `Sentence number ${i}.`).join(' ');
  const pieces = splitText(text, 120, 0);
  expect(pieces.join('')).toBe(text);
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(120);
  for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\. $/);
  expect(splitText('😀'.repeat(100), 33, 0).every((piece) => piece.isWellFormed())).toBe(true);
});
