import { literalText } from '../../literal-text.ts';
import { oneStep, type RedConverter, type RedConverterTable, type RedReading } from '../converter.ts';
import { mustacheText, property, readMessage, setInMessage } from '../message.ts';

function payloadOf(reading: RedReading, name = 'payload'): string {
  return property(reading.message, name);
}

/** The message with its payload, or the property that a node names, taken from the step. */
function giving(reading: RedReading, expression: string, path = 'payload') {
  try {
    return setInMessage(reading.message, path, expression);
  } catch {
    reading.partial(`"${path}" is not a plain path; the result goes to payload.`);
    return setInMessage(reading.message, 'payload', expression);
  }
}

const template: RedConverter = (reading) => {
  const field = reading.text('field', 'payload');
  const text = reading.text('template');
  if (reading.text('fieldType', 'msg') !== 'msg')
    reading.partial('It set a value of the flow; here it sets the message.');
  const isPlain = reading.text('syntax', 'mustache') === 'plain';
  const filled = reading.template(
    () => (isPlain ? literalText(text) : mustacheText(reading.message, text, literalText)),
    text,
  );
  if (/[^{]\{\{[^{]/.test(` ${text}`) && !isPlain)
    reading.tell('In {{…}} Node-RED escapes values for HTML; here they stand as they are.');
  const output = reading.text('output', 'str');
  if (output === 'json')
    return oneStep(reading, 'data.jsonParse', { text: filled }, giving(reading, 'steps.$0.output.value', field));
  if (output === 'yaml')
    return oneStep(reading, 'data.yamlParse', { text: filled }, giving(reading, 'steps.$0.output.value', field));
  return oneStep(
    reading,
    'data.set',
    { fields: { text: filled } },
    giving(reading, 'steps.$0.output.value.text', field),
  );
};

const csv: RedConverter = (reading) => {
  const separator = reading.text('sep', ',').replace('\\t', 'tab');
  const delimiter = [',', ';', '|', 'tab'].includes(separator) ? separator : 'auto';
  if (reading.following.some((type) => type === 'file' || type === 'http response') || reading.node.ret === 'make')
    return oneStep(
      reading,
      'data.tableText',
      {
        rows: `\${${payloadOf(reading)}}`,
        format: 'csv',
        ...(delimiter !== 'auto' && { delimiter }),
        guardFormulas: false,
      },
      giving(reading, 'steps.$0.output.text'),
    );
  reading.tell('It reads CSV text; to write CSV use "Table as text".');
  const parse = {
    type: 'data.csvParse',
    params: {
      text: `\${${payloadOf(reading)}}`,
      delimiter,
      hasHeader: reading.node.hdrin === true,
      typed: reading.node.strings !== false,
      skipLines: Number(reading.text('skip', '0')) || 0,
    },
  };
  if (reading.text('multi', 'one') === 'mult')
    return { steps: [parse], outputs: [{ step: 0, port: 'out', message: giving(reading, 'steps.$0.output.rows') }] };
  return {
    steps: [parse, { type: 'control.forEach', suffix: ': each row', params: { items: '${steps.$0.output.rows}' } }],
    outputs: [{ step: 1, port: 'body', message: giving(reading, 'item') }],
    opens: true,
  };
};

const json: RedConverter = (reading) => {
  const path = reading.text('property', 'payload');
  const value = reading.template(() => {
    const on = readMessage(reading.message, path);
    const action = reading.text('action');
    if (action === 'obj') return `\${typeof ${on} === 'string' ? JSON.parse(${on}) : ${on}}`;
    if (action === 'str') return `\${typeof ${on} === 'string' ? ${on} : JSON.stringify(${on})}`;
    return `\${typeof ${on} === 'string' ? JSON.parse(${on}) : JSON.stringify(${on})}`;
  }, path);
  return oneStep(reading, 'data.set', { fields: { value } }, giving(reading, 'steps.$0.output.value.value', path));
};

const html: RedConverter = (reading) => {
  const kind = reading.text('ret', 'html');
  if (kind === 'compl') reading.partial('Attributes and text together are not given; the text is.');
  const what = kind === 'html' ? 'html' : kind === 'attr' ? 'attribute' : 'text';
  if (kind === 'attr') reading.partial('It gave all attributes; choose the one you need.');
  const extract = {
    type: 'data.htmlExtract',
    params: {
      html: `\${${readMessage(reading.message, reading.text('property', 'payload'))}}`,
      selector: reading.text('tag', 'body'),
      what,
    },
  };
  const out = reading.text('outproperty', reading.text('property', 'payload'));
  if (reading.text('as', 'single') === 'single')
    return {
      steps: [extract],
      outputs: [{ step: 0, port: 'out', message: giving(reading, 'steps.$0.output.items', out) }],
    };
  return {
    steps: [
      extract,
      { type: 'control.forEach', suffix: ': each element', params: { items: '${steps.$0.output.items}' } },
    ],
    outputs: [{ step: 1, port: 'body', message: giving(reading, 'item', out) }],
    opens: true,
  };
};

/** Text is split at a text, a list into its items or groups of them, an object into its values. */
const split: RedConverter = (reading) => {
  const on = reading.template(() => {
    const value = readMessage(reading.message, reading.text('property', 'payload'));
    const separator = reading
      .text('splt', '\\n')
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t')
      .replaceAll('\\r', '\r');
    const size = Math.max(1, Number(reading.text('arraySplt', '1')) || 1);
    const list = size === 1 ? value : `chunk(${value}, ${size})`;
    return `\${Array.isArray(${value}) ? ${list} : typeof ${value} === 'string' ? ${value}.split(${JSON.stringify(separator)}) : values(${value})}`;
  }, 'payload');
  if (reading.node.stream === true) reading.partial('A stream is not put together; each message is split on its own.');
  return {
    steps: [{ type: 'control.forEach', params: { items: on } }],
    outputs: [{ step: 0, port: 'body', message: giving(reading, 'item', reading.text('property', 'payload')) }],
    opens: true,
  };
};

const sort: RedConverter = (reading) => {
  if (reading.text('targetType', 'msg') === 'seq')
    reading.partial('It sorted messages of a sequence; here it sorts a list in the message.');
  const target = reading.text('target', 'payload') || 'payload';
  const key = reading.text('msgKey', 'payload');
  const keyType = reading.text('msgKeyType', 'elem');
  if (keyType === 'jsonata' && !/^[\w.]+$/.test(key))
    reading.partial('The expression to sort by has no counterpart; name the field.');
  const direction = reading.text('order', 'ascending') === 'descending' ? 'desc' : 'asc';
  const items = reading.template(() => {
    const list = readMessage(reading.message, target);
    return keyType === 'elem' || !/^[\w.]+$/.test(key)
      ? `\${sortBy(${list}, (one) => one, '${direction}')}`
      : `\${sortBy(${list}, (one) => one.${key}, '${direction}')}`;
  }, target);
  return oneStep(
    reading,
    'data.list',
    { operation: 'create', items },
    giving(reading, 'steps.$0.output.result', target),
  );
};

const range: RedConverter = (reading) => {
  const [minin, maxin, minout, maxout] = ['minin', 'maxin', 'minout', 'maxout'].map(
    (name) => Number(reading.text(name, '0')) || 0,
  ) as [number, number, number, number];
  const path = reading.text('property', 'payload');
  const action = reading.text('action', 'scale');
  if (action === 'roll') reading.partial('"Roll over" has no counterpart; the value is scaled.');
  const value = reading.template(() => {
    const on = `Number(${readMessage(reading.message, path)})`;
    const from =
      action === 'clamp' || action === 'drop'
        ? `clamp(${on}, ${Math.min(minin, maxin)}, ${Math.max(minin, maxin)})`
        : on;
    const scaled = `(${from} - ${minin}) * ${maxout - minout} / ${maxin - minin} + ${minout}`;
    return reading.node.round === true ? `\${Math.round(${scaled})}` : `\${${scaled}}`;
  }, path);
  if (maxin === minin) reading.partial('Its range has no width; correct the numbers.');
  return oneStep(reading, 'data.set', { fields: { value } }, giving(reading, 'steps.$0.output.value.value', path));
};

/** Goes on only when the value differs from the one before, in the same run. */
const rbe: RedConverter = (reading) => {
  reading.partial('It remembers the last value only within one run.');
  const path = reading.text('property', 'payload');
  if (reading.text('func', 'rbe') !== 'rbe') reading.partial('Only "block unless value changes" has a counterpart.');
  const name = `last_${reading.node.id.replaceAll(/\W/g, '_')}`.slice(0, 60);
  const value = reading.template(() => `\${equals(${readMessage(reading.message, path)}, vars.${name})}`, path);
  const keep = reading.template(() => `\${${readMessage(reading.message, path)}}`, path);
  return {
    steps: [
      { type: 'control.if', params: { condition: value } },
      { type: 'data.setVariable', suffix: ': keep', params: { name, value: keep } },
    ],
    outputs: [{ step: 1, port: 'out', message: reading.message }],
  };
};

export const DATA_NODES: RedConverterTable = {
  template,
  csv,
  json,
  html,
  split,
  sort,
  range,
  rbe,
  xml: (reading) =>
    oneStep(
      reading,
      'data.xmlParse',
      { text: `\${${readMessage(reading.message, reading.text('property', 'payload'))}}` },
      giving(reading, 'steps.$0.output.value', reading.text('property', 'payload')),
    ),
  yaml: (reading) => {
    reading.tell('It reads YAML text; to write YAML use "YAML as text".');
    return oneStep(
      reading,
      'data.yamlParse',
      { text: `\${${readMessage(reading.message, reading.text('property', 'payload'))}}` },
      giving(reading, 'steps.$0.output.value', reading.text('property', 'payload')),
    );
  },
  batch: (reading) => {
    reading.partial(
      'It made groups of messages that follow each other; here a list in the payload is cut into groups.',
    );
    const size = Math.max(1, Number(reading.text('count', '10')) || 10);
    return oneStep(
      reading,
      'data.list',
      { operation: 'chunk', list: `\${${payloadOf(reading)}}`, size },
      giving(reading, 'steps.$0.output.result'),
    );
  },
  random: (reading) =>
    oneStep(
      reading,
      'data.random',
      {
        kind: reading.node.inte === false || reading.text('inte') === 'false' ? 'number' : 'integer',
        min: Number(reading.text('low', '1')) || 0,
        max: Number(reading.text('high', '10')) || 10,
      },
      giving(reading, 'steps.$0.output.value', reading.text('property', 'payload')),
    ),
};
