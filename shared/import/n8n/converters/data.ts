import { isRecord, type JsonRecord, listAt, recordAt, textAt } from '../../json.ts';
import { memberOf, quoted } from '../../literal-text.ts';
import { patternOf } from '../../luxon.ts';
import { Untranslatable } from '../../rewrite.ts';
import type { Conversion, Converter, ConverterTable, Gives, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';
import { templateOfJson } from '../json-template.ts';

const ROWS: Gives = { kind: 'list', path: '.rows' };

/** A list made by an expression, for what has no step of its own. */
function listOf(expression: string): Conversion {
  return {
    type: 'data.list',
    params: { operation: 'create', items: `\${${expression}}` },
    gives: { kind: 'list', path: '.result' },
  };
}

const set: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const isNew = reading.version >= 3;
    const mode = textAt(params, 'mode');
    const fields: JsonRecord = {};
    if (isNew && (mode === 'raw' || mode === 'json')) {
      const raw = params.jsonOutput;
      const data = typeof raw === 'string' ? templateOfJson(raw, reading.translate) : reading.translate(raw ?? {});
      if (isRecord(data)) Object.assign(fields, data);
      else if (typeof data === 'string')
        return { type: 'data.set', params: { base: data }, gives: { kind: 'one', path: '.value' } };
      else reading.partial('The JSON of the node could not be read; set its fields.');
    } else for (const { name, value } of assignments(reading, isNew)) setField(reading, fields, name, value);
    const keepsOthers = isNew
      ? params.includeOtherFields === true || (params.include !== undefined && params.include !== 'none')
      : params.keepOnlySet !== true;
    const keep =
      textAt(params, 'include') === 'selected'
        ? textAt(params, 'includeFields')
            .split(',')
            .map((name) => name.trim())
            .filter(Boolean)
        : [];
    if (textAt(params, 'include') === 'except')
      reading.partial('"All except" keeps all fields here; remove those you do not want with "Columns".');
    return {
      type: 'data.set',
      params: {
        fields,
        ...(keepsOthers && reading.item() !== '({})' && { base: `\${${reading.item()}}` }),
        ...(keep.length > 0 && { keep }),
      },
      gives: { kind: 'one', path: '.value' },
    };
  },
};

function assignments(reading: NodeReading, isNew: boolean): { name: string; value: unknown }[] {
  const { params } = reading;
  if (!isNew) {
    return Object.entries(recordAt(params, 'values')).flatMap(([kind, list]) =>
      (Array.isArray(list) ? list : []).map((one: unknown) => ({
        name: textAt(one, 'name') || 'propertyName',
        value: typed(reading, kind, recordAt(one).value),
      })),
    );
  }
  const found = [...listAt(params, 'assignments', 'assignments'), ...listAt(params, 'fields', 'values')];
  return found.map((one) => {
    const record = recordAt(one);
    const kind = (textAt(record, 'type') || 'string').replace(/Value$/, '');
    return {
      name: textAt(record, 'name') || 'field',
      value: typed(reading, kind, record.value ?? record[`${kind}Value`]),
    };
  });
}

function typed(reading: NodeReading, kind: string, value: unknown): unknown {
  if (
    kind === 'number' &&
    typeof value === 'string' &&
    !value.startsWith('=') &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  )
    return Number(value);
  if (kind === 'boolean' && typeof value === 'string' && !value.startsWith('=')) return value === 'true';
  if ((kind === 'array' || kind === 'object') && typeof value === 'string')
    return templateOfJson(value, reading.translate) ?? reading.translate(value);
  return reading.translate(value ?? (kind === 'string' ? '' : null));
}

/** `a.b` sets a field in a field, as in n8n. */
function setField(reading: NodeReading, fields: JsonRecord, name: string, value: unknown): void {
  if (name.startsWith('=')) reading.partial(`The name "${name}" is an expression; names are fixed here.`);
  const [first = name, ...rest] = name.replace(/^=/, '').split('.');
  if (rest.length === 0) fields[first] = value;
  else {
    const inner = isRecord(fields[first]) ? fields[first] : {};
    if (!(first in fields))
      reading.tell(`"${first}" is built from the fields set here; other fields in it are not kept.`);
    setField(reading, inner, rest.join('.'), value);
    fields[first] = inner;
  }
}

function fieldNames(value: unknown): string[] {
  const names =
    typeof value === 'string'
      ? value.split(',')
      : Array.isArray(value)
        ? value.map((one: unknown) => textAt(one, 'fieldName') || textAt(one, 'field'))
        : [];
  return names.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('='));
}

/** `$json.a.b` for a field with dots, on a row of that name. */
function path(row: string, field: string): string {
  return row + field.split('.').map(memberOf).join('');
}

const splitOut: Converter = {
  reads: 'list',
  convert(reading) {
    const fields = fieldNames(reading.params.fieldToSplitOut);
    if (fields.length !== 1) reading.partial('Several fields were split at once; here only the first is.');
    const field = fields[0] ?? 'data';
    const include = textAt(reading.params, 'include') || 'noOtherFields';
    const target = textAt(reading.params, 'options', 'destinationFieldName') || field.split('.').at(-1) || 'value';
    const one = `(typeOf(part) === 'object' ? part : { ${quoted(target)}: part })`;
    const made = include === 'allOtherFields' ? `merge(omit(row, ${quoted(field)}), { ${quoted(target)}: part })` : one;
    if (include === 'selectedOtherFields')
      reading.partial('The other fields that were kept are not; add them with "Set fields".');
    return listOf(`${reading.list()}.flatMap((row) => (${path('row', field)} ?? []).map((part) => ${made}))`);
  },
};

const aggregate: Converter = {
  reads: 'list',
  convert(reading) {
    const { params } = reading;
    const list = reading.list();
    if (textAt(params, 'aggregate') === 'aggregateAllItemData') {
      const name = textAt(params, 'destinationFieldName') || 'data';
      return {
        type: 'data.set',
        params: { fields: { [name]: `\${${list}}` } },
        gives: { kind: 'one', path: '.value' },
      };
    }
    const fields: JsonRecord = {};
    for (const one of [
      ...listAt(params, 'fieldsToAggregate', 'fieldToAggregate'),
      ...listAt(params, 'fieldsToAggregate', 'values'),
    ]) {
      const field = textAt(one, 'fieldToAggregate');
      if (field === '' || field.startsWith('=')) continue;
      const name =
        recordAt(one).renameField === true
          ? textAt(one, 'outputFieldName') || field
          : (field.split('.').at(-1) ?? field);
      fields[name] = `\${${list}.map((row) => ${path('row', field)})}`;
    }
    return { type: 'data.set', params: { fields }, gives: { kind: 'one', path: '.value' } };
  },
};

const sort: Converter = {
  reads: 'list',
  convert(reading) {
    if (textAt(reading.params, 'type') === 'random')
      return {
        type: 'data.random',
        params: { kind: 'shuffle', items: `\${${reading.list()}}` },
        gives: { kind: 'list', path: '.value' },
      };
    const by = [
      ...listAt(reading.params, 'sortFieldsUi', 'sortField'),
      ...listAt(reading.params, 'sortFieldsUi', 'values'),
    ].map((one) => ({
      field: textAt(one, 'fieldName'),
      direction: textAt(one, 'order') === 'descending' ? 'descending' : 'ascending',
    }));
    if (textAt(reading.params, 'type') === 'code' || by.length === 0)
      reading.partial('It was sorted by a script. Name the columns to sort by.');
    return {
      type: 'data.sortRows',
      params: { rows: `\${${reading.list()}}`, by: by.filter((one) => one.field !== '') },
      gives: ROWS,
      sameItems: true,
    };
  },
};

const limit: Converter = {
  reads: 'list',
  convert(reading) {
    const count = reading.read('maxItems', 1);
    return {
      type: 'data.pickRows',
      params: {
        rows: `\${${reading.list()}}`,
        operation: textAt(reading.params, 'keep') === 'lastItems' ? 'last' : 'first',
        count,
      },
      gives: ROWS,
      sameItems: true,
    };
  },
};

const removeDuplicates: Converter = {
  reads: 'list',
  convert(reading) {
    const compareBy = textAt(reading.params, 'compare') || 'allFields';
    const operation = textAt(reading.params, 'operation') || 'removeDuplicateInputItems';
    if (operation !== 'removeDuplicateInputItems')
      reading.partial('It remembered items of earlier runs; here only duplicates within one run are removed.');
    const by =
      compareBy === 'selectedFields'
        ? fieldNames(reading.params.fieldsToCompare ?? listAt(reading.params, 'fieldsToCompare', 'fields'))
        : [];
    if (compareBy === 'allFieldsExcept') reading.partial('"All fields except" compares all fields here.');
    return { type: 'data.deduplicate', params: { rows: `\${${reading.list()}}`, by }, gives: ROWS, sameItems: true };
  },
};

const renameKeys: Converter = {
  reads: 'list',
  convert(reading) {
    const keys = listAt(reading.params, 'keys', 'key').map(
      (one) => [textAt(one, 'currentKey'), textAt(one, 'newKey')] as const,
    );
    if (Object.keys(recordAt(reading.params, 'additionalOptions')).length > 0)
      reading.partial('Renaming by a pattern is not taken over.');
    const rename = Object.fromEntries(
      keys.filter(([from, to]) => from !== '' && to !== '' && !from.startsWith('=') && !to.startsWith('=')),
    );
    return { type: 'data.columns', params: { rows: `\${${reading.list()}}`, rename, strict: false }, gives: ROWS };
  },
};

const summarize: Converter = {
  reads: 'list',
  convert(reading) {
    const names: Readonly<Record<string, string>> = {
      count: 'count',
      sum: 'sum',
      average: 'average',
      min: 'min',
      max: 'max',
      append: 'list',
      concatenate: 'join',
    };
    const aggregates = listAt(reading.params, 'fieldsToSummarize', 'values').map((one) => {
      const how = textAt(one, 'aggregation') || 'count';
      if (!Object.hasOwn(names, how)) reading.partial(`"${how}" has no counterpart; it counts.`);
      return {
        name: `${how === 'countUnique' ? 'unique_count' : how === 'average' ? 'average' : how}_${textAt(one, 'field')}`,
        aggregate: names[how] ?? 'count',
        field: textAt(one, 'field'),
      };
    });
    return {
      type: 'data.groupRows',
      params: { rows: `\${${reading.list()}}`, by: fieldNames(reading.params.fieldsToSplitBy), aggregates },
      gives: ROWS,
    };
  },
};

const dateTime: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const operation = textAt(params, 'operation') || textAt(params, 'action') || 'format';
    const output =
      textAt(params, 'outputFieldName') ||
      textAt(params, 'dataPropertyName') ||
      { getCurrentDate: 'currentDate', addToDate: 'newDate', subtractFromDate: 'newDate' }[operation] ||
      'formattedDate';
    const withField = (path: string): Gives => objectFlow({ [output]: `steps.$self.output${path}` }, reading.item());
    if (operation === 'getCurrentDate') return { type: 'dates.now', params: {}, gives: withField('.iso') };
    if (operation === 'addToDate' || operation === 'subtractFromDate' || operation === 'calculate') {
      const sign = operation === 'subtractFromDate' || params.operation === 'subtract' ? -1 : 1;
      const unit = textAt(params, 'timeUnit') || 'days';
      const amount = Number(params.duration ?? 0);
      if (
        !['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'].includes(unit) ||
        !Number.isInteger(amount)
      )
        reading.partial('How far the date moves could not be read.');
      return {
        type: 'dates.add',
        params: {
          date: reading.read('magnitude', reading.read('value', '')),
          ...(Number.isInteger(amount) && { [unit]: amount * sign }),
        },
        gives: withField('.iso'),
      };
    }
    if (operation === 'formatDate' || operation === 'format') {
      const wanted =
        textAt(params, 'format') === 'custom' || textAt(params, 'custom') === 'true'
          ? textAt(params, 'customFormat')
          : textAt(params, 'format') || textAt(params, 'toFormat');
      const format = patternFor(reading, wanted || 'MM/dd/yyyy');
      return {
        type: 'dates.format',
        params: { date: reading.read('date', reading.read('value', '')), format },
        gives: withField('.text'),
      };
    }
    reading.partial(
      `The operation "${operation}" has no counterpart; the steps "Move date" and "Time between dates" can do it.`,
    );
    return {
      type: 'dates.format',
      params: { date: reading.read('date', reading.read('startDate', '')) },
      gives: withField('.text'),
    };
  },
};

function patternFor(reading: NodeReading, wanted: string): string {
  // The first version wrote patterns as Moment does.
  const pattern = reading.version < 2 ? wanted.replaceAll('YYYY', 'yyyy').replaceAll('DD', 'dd') : wanted;
  try {
    return patternOf(pattern);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    reading.partial(`The date format "${wanted}" could not be translated: ${error.message}`);
    return 'yyyy-MM-dd';
  }
}

const crypto: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const action = textAt(params, 'action') || 'hash';
    const name = textAt(params, 'dataPropertyName') || 'data';
    const withField = (path: string): Gives => objectFlow({ [name]: `steps.$self.output${path}` }, reading.item());
    if (action === 'generate')
      return {
        type: 'data.random',
        params:
          textAt(params, 'encodingType') === 'uuid' || params.encodingType === undefined
            ? { kind: 'uuid' }
            : { kind: 'text', length: 32 },
        gives: withField('.value'),
      };
    const form = (textAt(params, 'type') || 'MD5').toLowerCase();
    const isKnown = ['md5', 'sha1', 'sha256', 'sha512'].includes(form);
    if (action !== 'hash' || !isKnown)
      reading.partial(`"${action}" with ${form} has no counterpart; a SHA-256 is made.`);
    if (textAt(params, 'encoding') === 'base64') reading.partial('The hash is written in hex here, not in base64.');
    return {
      type: 'text.encode',
      params: { text: reading.read('value', ''), form: isKnown ? form : 'sha256' },
      gives: withField('.text'),
    };
  },
};

export const DATA: ConverterTable = {
  set,
  splitOut,
  aggregate,
  sort,
  limit,
  removeDuplicates,
  renameKeys,
  summarize,
  dateTime,
  crypto,
  itemLists: {
    reads: 'list',
    convert(reading) {
      const operation = textAt(reading.params, 'operation') || 'splitOutItems';
      const table: Readonly<Record<string, Converter>> = {
        splitOutItems: splitOut,
        aggregateItems: aggregate,
        concatenateItems: aggregate,
        sort,
        limit,
        removeDuplicates,
        summarize,
      };
      return (table[operation] ?? splitOut).convert(reading);
    },
  },
};
