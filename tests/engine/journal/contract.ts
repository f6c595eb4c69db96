import type { Journal, NewStepRow } from '@casare/engine';
import { expect, test } from 'vitest';

const row = (path: string, rest: Partial<NewStepRow> = {}): NewStepRow => ({
  kind: 'finished',
  path,
  nodeId: path,
  at: 1,
  port: 'out',
  ...rest,
});

/** What every journal does. `reopen` gives what a process would find after this one ended. */
export function journalContract(name: string, open: () => { journal: Journal; reopen(): Journal }): void {
  test(`${name}: an empty journal has no rows`, () => {
    expect(open().journal.load()).toEqual([]);
  });

  test(`${name}: numbers rows 1, 2, 3 and gives them back in order, also after reopening`, async () => {
    const { journal, reopen } = open();
    expect(['a', 'b', 'c'].map((path) => journal.append(row(path)).seq)).toEqual([1, 2, 3]);
    await journal.flush('batch');
    await journal.close();
    const again = reopen();
    expect(again.load().map(({ seq, path }) => [seq, path])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(again.append(row('d')).seq).toBe(4);
    await again.flush('effect');
    expect(again.load()).toHaveLength(4);
    await again.close();
  });

  test(`${name}: keeps every part of a row as it was`, async () => {
    const { journal, reopen } = open();
    const rows: NewStepRow[] = [
      row('a', {
        output: { list: [1, 'ü \u0000 \ud83d\ude00', null, { deep: true }] },
        vars: { x: [1] },
        durationMs: 3,
      }),
      row('b', {
        kind: 'failed',
        error: { code: 'HTTP_FAILED', message: 'no', retryable: true, details: { status: 500 } },
      }),
      row('b', { kind: 'handled' }),
      row('c', { kind: 'started', data: { until: 5 } }),
      row('', { kind: 'state', nodeId: '', data: { browser: { url: 'http://a.test/' } } }),
      row('each[0]/x#2', { output: '' }),
      row('f', { output: false }),
      row('g', { output: null }),
    ];
    const expected = structuredClone(rows).map((one, i) => ({ ...one, seq: i + 1 }));
    for (const one of rows) journal.append(one);
    await journal.flush('effect');
    await journal.close();
    const again = reopen();
    expect(again.load()).toEqual(expected);
    await again.close();
  });

  test(`${name}: an output of a megabyte comes back whole`, async () => {
    const { journal, reopen } = open();
    const output = { text: 'ä'.repeat(500_000), rows: Array.from({ length: 1000 }, (_, i) => ({ i })) };
    journal.append(row('big', { output }));
    await journal.flush('batch');
    await journal.close();
    const again = reopen();
    expect(again.load()[0]?.output).toEqual(output);
    await again.close();
  });

  test(`${name}: flushing without rows and closing twice do no harm`, async () => {
    const { journal } = open();
    await journal.flush('batch');
    await journal.flush('effect');
    await journal.close();
    await journal.close();
    expect.assertions(0);
  });
}
