import { isRecord, listAt, recordAt, textAt } from '../../json.ts';
import { Untranslatable } from '../../rewrite.ts';
import { compare, conditionExpression } from '../conditions.ts';
import type { Conversion, Converter, ConverterTable, NodeReading } from '../converter.ts';
import { untranslated } from '../reading.ts';

const ifNode: Converter = {
  reads: 'item',
  convert: (reading) => ({
    type: 'control.if',
    params: { condition: condition(reading, reading.params.conditions) },
    ports: ['true', 'false'],
  }),
};

/** A condition that cannot be translated is left to a person: the workflow does not run until it is written. */
function condition(reading: NodeReading, conditions: unknown): string {
  try {
    return `\${${conditionExpression(conditions, textAt(reading.params, 'combineOperation') || 'all', reading.expression)}}`;
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    reading.partial(`The condition could not be translated: ${error.message}`);
    return untranslated(JSON.stringify(conditions));
  }
}

const filter: Converter = {
  reads: 'list',
  convert(reading) {
    let items: string;
    try {
      const test = conditionExpression(
        reading.params.conditions,
        textAt(reading.params, 'combineConditions').toLowerCase() === 'or' ? 'any' : 'all',
        (value) => reading.expressionOver('row', value),
      );
      items = `\${${reading.list()}.filter((row) => ${test})}`;
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      reading.partial(`The condition could not be translated: ${error.message}`);
      items = untranslated(JSON.stringify(reading.params.conditions));
    }
    return {
      type: 'data.list',
      params: { operation: 'create', items },
      gives: { kind: 'list', path: '.result' },
      sameItems: true,
    };
  },
};

const switchNode: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    if (textAt(params, 'mode') === 'expression') return switchByNumber(reading);
    const rules = [...listAt(params, 'rules', 'values'), ...listAt(params, 'rules', 'rules')].slice(0, 60);
    const ports = rules.map((_rule, i) => `case${i + 1}`);
    const hasFallback =
      textAt(params, 'options', 'fallbackOutput') === 'extra' || typeof params.fallbackOutput === 'number';
    if (recordAt(params, 'options').allMatchingOutputs === true)
      reading.partial('n8n went on at every output that fits; here the first that fits is taken.');
    try {
      const tests = rules.map((rule) => ruleTest(reading, rule));
      const places = tests.map((test, i) => `(${test}) ? '${ports[i]}' : `).join('');
      const fallback =
        typeof params.fallbackOutput === 'number' && params.fallbackOutput >= 0
          ? (ports[params.fallbackOutput] ?? 'default')
          : 'default';
      return {
        type: 'control.switch',
        params: { value: `\${${places}'${fallback}'}`, cases: ports.map((port) => ({ port, equals: port })) },
        ports: hasFallback && fallback === 'default' ? [...ports, 'default'] : ports,
      };
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      reading.partial(`The rules could not be translated: ${error.message}`);
      return {
        type: 'control.switch',
        params: {
          value: untranslated(JSON.stringify(params.rules ?? {})),
          cases: ports.map((port) => ({ port, equals: port })),
        },
        ports: [...ports, 'default'],
      };
    }
  },
};

function switchByNumber(reading: NodeReading): Conversion {
  const outputs = Math.min(
    Math.max(Number(reading.params.numberOutputs ?? reading.params.outputsAmount ?? 4) || 4, 1),
    60,
  );
  const cases = Array.from({ length: outputs }, (_one, i) => ({ port: `case${i + 1}`, equals: i }));
  return {
    type: 'control.switch',
    params: { value: reading.read('output', 0), cases },
    ports: cases.map((one) => one.port),
  };
}

function ruleTest(reading: NodeReading, rule: unknown): string {
  if (isRecord(rule) && isRecord(rule.conditions))
    return conditionExpression(rule.conditions, 'and', reading.expression);
  const kind = textAt(reading.params, 'dataType') || 'number';
  const names: Readonly<Record<string, string>> = {
    equal: 'equals',
    notEqual: 'notEquals',
    larger: 'gt',
    largerEqual: 'gte',
    smaller: 'lt',
    smallerEqual: 'lte',
  };
  const operation = textAt(rule, 'operation') || 'equal';
  return compare({
    kind,
    operation: names[operation] ?? operation,
    left: reading.expression(reading.params.value1),
    right: reading.expression(recordAt(rule).value2 ?? ''),
    ignoreCase: false,
  });
}

const UNITS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

const wait: Converter = {
  reads: 'any',
  convert(reading) {
    const mode = textAt(reading.params, 'resume') || 'timeInterval';
    if (mode === 'specificTime')
      return { type: 'control.waitUntil', params: { time: reading.read('dateTime', ''), timeoutMs: 604_800_000 } };
    if (mode === 'webhook' || mode === 'form') {
      reading.partial(
        'It waited until somebody called an address. A question to a person stands in its place; change it, or wait for something else.',
      );
      return {
        type: 'people.approve',
        params: { question: reading.node.name, choices: ['continue'] },
        ports: ['continue'],
      };
    }
    const factor = UNITS[textAt(reading.params, 'unit') || (reading.version < 1.1 ? 'hours' : 'seconds')] ?? 1000;
    const amount = reading.params.amount ?? (reading.version < 1.1 ? 1 : 5);
    try {
      const ms =
        typeof amount === 'number'
          ? Math.max(0, amount * factor)
          : `\${Number(${reading.expression(amount)}) * ${factor}}`;
      return { type: 'control.delay', params: { ms } };
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      reading.partial(`The time could not be translated: ${error.message}`);
      return { type: 'control.delay', params: { ms: untranslated(JSON.stringify(amount)) } };
    }
  },
};

export const CONTROL: ConverterTable = {
  if: ifNode,
  filter,
  switch: switchNode,
  wait,
  noOp: {
    reads: 'any',
    convert: (reading) => ({ type: 'data.log', params: { message: reading.node.name.slice(0, 200), level: 'debug' } }),
  },
  stopAndError: {
    reads: 'item',
    convert: (reading) => ({
      type: 'control.throw',
      params:
        textAt(reading.params, 'errorType') === 'errorObject'
          ? { message: 'Stopped', data: reading.read('errorObject') }
          : { message: reading.read('errorMessage', 'Stopped') },
      ports: [],
    }),
  },
  executeWorkflow: {
    reads: 'item',
    convert(reading) {
      const reference = textAt(reading.params, 'workflowId') || textAt(reading.params, 'workflowId', 'value');
      if (reference === '' || reference.startsWith('='))
        reading.partial('Which workflow it calls could not be read. Choose it.');
      const wanted = recordAt(reading.params, 'workflowInputs', 'value');
      const input = Object.keys(wanted).length > 0 ? reading.translate(wanted) : `\${${reading.item()}}`;
      if (!reading.isImported(reference))
        reading.partial(
          `The workflow "${textAt(reading.params, 'workflowId', 'cachedResultName') || reference}" is not part of this import. Import it too and choose it.`,
        );
      const isWaiting = recordAt(reading.params, 'options').waitForSubWorkflow !== false;
      return {
        type: 'workflow.call',
        params: { workflowId: reading.workflowIdOf(reference), input, ...(isWaiting ? {} : { wait: false }) },
        gives: isWaiting ? { kind: 'maybe', path: '.result' } : { kind: 'one', path: '' },
      };
    },
  },
};
