import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { startModelServer } from './model-server.ts';

const bench = await openNodeBench();
const models = await startModelServer('key-of-the-test');
const connection = { provider: 'own', baseUrl: models.url, apiKey: 'key-of-the-test', model: 'small' };
const output = async (type: string, params: Record<string, unknown>) =>
  (await bench.run(type, { ...connection, ...params })).output;
const usage = (requests: number) => ({
  inputTokens: 10 * requests,
  outputTokens: 5 * requests,
  totalTokens: 15 * requests,
  requests,
});
const lastChat = () => {
  const chat = models.chats.at(-1);
  if (!chat) throw new Error('The model was not asked.');
  return chat;
};

afterEach(() => {
  if (models.replies.length > 0) throw new Error('An answer was prepared that nobody asked for.');
});
beforeEach(() => {
  models.chats.length = 0;
});

describe('ai.extract', () => {
  const fields = [
    { name: 'number' },
    { name: 'total', kind: 'number' },
    { name: 'due', kind: 'date', required: false },
  ];
  const sure = { number: 0.9, total: 0.95, due: 0.9 };
  const text = 'Order 4711. Total: 1.234,50 EUR.';

  it('gives fields in their form, held to a closed schema', async () => {
    models.replies.push({ data: { number: '4711', total: 1234.5, due: null }, confidence: sure });
    expect(await output('ai.extract', { text, fields })).toEqual({
      data: { number: '4711', total: 1234.5, due: null },
      confidence: 0.9,
      fieldConfidence: sure,
      missing: [],
      unconfirmed: [],
      needsReview: false,
      usage: usage(1),
    });
    expect(lastChat().response_format).toMatchObject({ type: 'json_schema', json_schema: { strict: true } });
  });

  it('asks again with the faults named, as often as it may', async () => {
    models.replies.push(
      'not json',
      { data: { number: 4711, total: '1', due: 'soon' }, confidence: sure },
      {
        data: { number: '4711', total: 1234.5, due: '2026-05-31' },
        confidence: sure,
      },
    );
    expect(await output('ai.extract', { text, fields })).toMatchObject({
      data: { due: '2026-05-31' },
      usage: usage(3),
    });
    expect(lastChat().messages.at(-1)?.content).toMatch(/data\.number.*data\.total.*data\.due/);
    models.replies.push('no', 'no');
    const error = await bench.fail('ai.extract', { ...connection, text, fields, repairs: 1 });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { usage: usage(2) } });
  });

  it('lets a person look at what is missing, unsure or nowhere in the text', async () => {
    const review = async (data: object, confidence: object) => {
      models.replies.push({ data, confidence });
      return output('ai.extract', { text, fields });
    };
    expect(await review({ number: null, total: 1234.5, due: null }, sure)).toMatchObject({
      missing: ['number'],
      needsReview: true,
    });
    expect(await review({ number: '4711', total: 1234.5, due: null }, { ...sure, total: 0.4 })).toMatchObject({
      confidence: 0.4,
      needsReview: true,
    });
    expect(await review({ number: '4712', total: 99, due: null }, sure)).toMatchObject({
      unconfirmed: ['number', 'total'],
      needsReview: true,
    });
  });

  it('asks in a simpler way where the service knows no schemas', async () => {
    const good = { data: { number: '4711', total: 1234.5, due: null }, confidence: sure };
    models.replies.push(
      { status: 400, error: "'response_format' json_schema is not supported" },
      { status: 400, error: 'response_format: unknown' },
      good,
    );
    expect(await output('ai.extract', { text, fields })).toMatchObject({ data: { number: '4711' }, usage: usage(1) });
    expect(models.chats.map(({ response_format: form }) => form?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
    ]);
    expect(lastChat().messages[0]?.content).toContain('JSON Schema');
    models.replies.push({ status: 400, error: 'context length exceeded' });
    expect(await bench.fail('ai.extract', { ...connection, text, fields })).toMatchObject({ code: 'HTTP_FAILED' });
  });

  it('takes a JSON Schema of the author', async () => {
    const schema = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'string' }, minItems: 1 } },
      required: ['tags'],
    };
    models.replies.push(
      { data: { tags: [] }, confidence: { tags: 1 } },
      { data: { tags: ['Order'] }, confidence: { tags: 1 } },
    );
    expect(await output('ai.extract', { text, schema })).toMatchObject({
      data: { tags: ['Order'] },
      needsReview: false,
      usage: usage(2),
    });
    expect(lastChat().response_format).toMatchObject({ json_schema: { strict: false } });
    expect(await bench.fail('ai.extract', { ...connection, text, schema: { type: 'string' } })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
    expect(await bench.fail('ai.extract', { ...connection, text })).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('documents', () => {
  const invoice = {
    vendorName: 'Stift AG',
    vendorTaxId: null,
    customerName: null,
    invoiceNumber: 'R-7',
    invoiceDate: '2026-05-01',
    dueDate: '2026-05-31',
    currency: 'EUR',
    subtotal: 100,
    taxAmount: 19,
    totalAmount: 119,
    lineItems: [{ description: 'Pens', quantity: 10, unitPrice: 10, amount: 100 }],
  };
  const text = 'Stift AG, Invoice R-7 of 1 May 2026, 10 Pens at 10 = 100, VAT 19, total 119 EUR';
  const sure = Object.fromEntries([...Object.keys(invoice), 'iban'].map((name) => [name, 0.9]));
  const moreFields = [{ name: 'iban', required: false }];

  it('reads an invoice and checks that it adds up', async () => {
    const read = async (change: object) => {
      models.replies.push({ data: { invoice: { ...invoice, ...change }, more: { iban: null } }, confidence: sure });
      return output('ai.extractInvoice', { text, moreFields });
    };
    expect(await read({})).toMatchObject({ invoice, more: { iban: null }, faults: [], needsReview: false });
    const wrong = await read({ totalAmount: 10, subtotal: 10, dueDate: '2026-04-01' });
    expect(wrong.faults).toHaveLength(3);
    expect(wrong.needsReview).toBe(true);
    expect(await read({ invoiceNumber: null })).toMatchObject({ missing: ['invoiceNumber'], needsReview: true });
  });

  it('reads tables as rows', async () => {
    const table = { title: null, columns: ['item', '', 'item'], rows: [['pen', 2, 'x']] };
    models.replies.push(
      { data: { tables: [{ ...table, rows: [['pen']] }] }, confidence: { tables: 1 } },
      {
        data: { tables: [table] },
        confidence: { tables: 1 },
      },
    );
    expect(await output('ai.extractTable', { text: 'pen 2 x' })).toMatchObject({
      tables: [
        { columns: ['item', 'column2', 'item 2'], rows: [{ item: 'pen', column2: 2, 'item 2': 'x' }], rowCount: 1 },
      ],
      needsReview: false,
      usage: usage(2),
    });
  });

  it('are checked by rules, and go to a person where one should look', async () => {
    const check = (params: Record<string, unknown>) => bench.run('ai.checkExtraction', params);
    const data = { total: 12, number: 'R-7', due: '2026-05-31', address: { city: 'Ulm' } };
    const rules = [
      { field: 'total', rule: 'min', value: 0 },
      { field: 'total', rule: 'max', value: 100 },
      { field: 'number', rule: 'pattern', value: 'R-\\d+' },
      { field: 'due', rule: 'max', value: '2026-12-31' },
      { field: 'address.city', rule: 'oneOf', value: ['Ulm', 'Bonn'] },
    ];
    expect(await check({ data, rules, required: ['address.city'] })).toMatchObject({
      port: 'valid',
      output: { isValid: true, faults: [] },
    });
    const faulty = await check({
      data: { ...data, total: 'many', number: 'X' },
      rules: [...rules, { field: 'total' }],
      required: ['vat'],
    });
    expect(faulty).toMatchObject({
      port: 'review',
      output: { isValid: false, fields: { total: 'faulty', number: 'faulty', vat: 'missing', due: 'fine' } },
    });
    const unsure = await check({ data, confidence: { total: 0.5 } });
    expect(unsure).toMatchObject({
      port: 'review',
      output: { isValid: true, needsReview: true, fields: { total: 'unsure' }, confidence: 0.5 },
    });
  });
});
