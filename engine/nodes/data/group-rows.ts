import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { listOperations } from './list-operations.ts';
import { asText, identityOf, setOwn, valueAt } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';

const base = { items: [], index: 0, start: 0, size: 1, depth: 1, separator: ', ', descending: false };

const aggregateSchema = z.strictObject({
  name: z.string().min(1).max(200).meta({ title: 'New column' }),
  aggregate: z
    .enum(['count', 'sum', 'average', 'min', 'max', 'first', 'last', 'list', 'join'])
    .default('count')
    .meta({ title: 'Is' }),
  field: z.string().max(500).default('').meta({ title: 'Of column' }),
});

export const groupRows = defineNode({
  type: 'data.groupRows',
  version: 1,
  title: 'Group rows',
  category: 'data',
  icon: 'group',
  description: 'Makes one row of all rows with the same key and counts, sums or lists their columns.',
  synonyms: ['aggregate', 'summarise', 'pivot', 'group by', 'total', 'data table'],
  params: z.strictObject({
    rows: rowsSchema.meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    by: z
      .array(fieldSchema)
      .max(20)
      .default([])
      .meta({ title: 'Group by', description: 'Empty: one group of all rows.', 'x-widget': 'list' }),
    aggregates: z
      .array(aggregateSchema)
      .min(1)
      .max(50)
      .default([{ name: 'count', aggregate: 'count', field: '' }])
      .meta({ title: 'Columns to compute', 'x-widget': 'list' }),
    pivot: z.string().max(500).default('').meta({
      title: 'Spread by',
      description: 'A column whose values become columns of their own, as in a pivot table.',
      'x-advanced': true,
    }),
  }),
  output: z.object({ rows: rowsSchema, count: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Sum per customer',
      params: {
        rows: [{ customer: 'A', total: 5 }],
        by: ['customer'],
        aggregates: [{ name: 'total', aggregate: 'sum', field: 'total' }],
      },
    },
  ],
  run(_ctx, { rows, by, aggregates, pivot }) {
    const groups = Map.groupBy(rows, (row) => identityOf(by.map((field) => valueAt(row, field))));
    const result = [...groups.values()].map((members) => {
      const row: Row = {};
      for (const field of by) setOwn(row, field, valueAt(members[0], field) ?? null);
      if (pivot === '') addAggregates(row, members, '');
      else {
        for (const [value, part] of Map.groupBy(members, (member) => asText(valueAt(member, pivot))))
          addAggregates(row, part, value);
      }
      return row;
    });
    return { output: { rows: result, count: result.length } };

    function addAggregates(row: Row, members: Row[], spread: string) {
      for (const { name, aggregate, field } of aggregates) {
        const column = spread === '' ? name : aggregates.length === 1 ? spread : `${spread} ${name}`;
        setOwn(row, column, compute(members, aggregate, field));
      }
    }
  },
});

function compute(members: Row[], aggregate: z.output<typeof aggregateSchema>['aggregate'], field: string): unknown {
  switch (aggregate) {
    case 'first':
      return valueAt(members[0], field) ?? null;
    case 'last':
      return valueAt(members.at(-1), field) ?? null;
    case 'list':
      return members.map((member) => valueAt(member, field) ?? null);
    default:
      return listOperations[aggregate]({ ...base, list: members, field });
  }
}
