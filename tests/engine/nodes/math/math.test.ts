import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

describe('math.calculate', () => {
  it.each([
    ['add', 0.1, 0.2, 0.3],
    ['subtract', 1, 0.9, 0.1],
    ['multiply', 1.1, 3, 3.3],
    ['divide', 1, 4, 0.25],
    ['wholeDivide', -7, 2, -4],
    ['remainder', -1, 7, 6],
    ['power', 2, 10, 1024],
    ['percentOf', 19, 50, 9.5],
    ['min', 3, 2, 2],
    ['max', 3, 2, 3],
    ['absolute', -3, 0, 3],
    ['negate', 0, 0, 0],
    ['squareRoot', 9, 0, 3],
    ['log10', 1000, 0, 3],
  ])('%s %d %d', async (operation, a, b, result) => {
    expect(await output('math.calculate', { operation, a, b })).toEqual({ result });
  });

  it.each([
    ['divide', 1, 0],
    ['remainder', 1, 0],
    ['squareRoot', -1, 0],
    ['power', 10, 1000],
  ])('refuses %s %d %d', async (operation, a, b) => {
    expect(await bench.fail('math.calculate', { operation, a, b })).toMatchObject({ code: 'DATA_FORMAT' });
  });
});

describe('math.round', () => {
  it.each([
    [1.005, 2, 'halfUp', 1.01, '1.01'],
    [-1.005, 2, 'halfUp', -1.01, '-1.01'],
    [2.5, 0, 'halfEven', 2, '2'],
    [3.5, 0, 'halfEven', 4, '4'],
    [1234, -2, 'up', 1300, '1300'],
    [-1.2, 0, 'up', -2, '-2'],
    [-1.8, 0, 'down', -1, '-1'],
    [-1.2, 0, 'ceil', -1, '-1'],
    [-1.2, 0, 'floor', -2, '-2'],
    [1e21, 2, 'halfUp', 1e21, '1e+21'],
    [1.5e-7, 7, 'halfUp', 2e-7, '0.0000002'],
  ])('%d to %d digits %s', async (value, digits, mode, result, text) => {
    expect(await output('math.round', { value, digits, mode })).toEqual({ result, text });
  });
});

describe('math.statistics', () => {
  it('describes a column', async () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9].map((n) => ({ n }));
    const found = await output('math.statistics', { values, field: 'n', percentile: 50 });
    expect(found).toMatchObject({
      count: 8,
      sum: 40,
      mean: 5,
      median: 4.5,
      min: 2,
      max: 9,
      range: 7,
      mode: 4,
      percentile: 4.5,
    });
    expect(found.deviation).toBeCloseTo(2.138, 3);
  });

  it('knows nothing of an empty list and leaves out what is no number when told to', async () => {
    expect(await output('math.statistics', { values: [] })).toMatchObject({ count: 0, sum: 0, mean: null, mode: null });
    expect(await output('math.statistics', { values: [1, 'x', '3'], ignoreOthers: true })).toMatchObject({
      count: 2,
      sum: 4,
    });
    expect(await bench.fail('math.statistics', { values: [1, 'x'] })).toMatchObject({
      code: 'DATA_FORMAT',
      details: { index: 1 },
    });
  });
});
