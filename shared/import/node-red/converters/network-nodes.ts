import { literalText } from '../../literal-text.ts';
import { oneStep, type RedConverter, type RedConverterTable, type RedReading } from '../converter.ts';
import { mustacheText, property, typedExpression, withProperties } from '../message.ts';
import { objectFlow } from '../../flow.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);

const httpRequest: RedConverter = (reading) => {
  const { message } = reading;
  const wanted = reading.text('method', 'GET').toUpperCase();
  if (wanted === 'USE') reading.partial('The method came from msg.method; choose one.');
  const method = METHODS.has(wanted) ? wanted : 'GET';
  const address = reading.text('url');
  const url =
    address === ''
      ? `\${${property(message, 'url')}}`
      : reading.template(() => mustacheText(message, address, literalText), address);
  const payload = property(message, 'payload');
  const inQuery = reading.text('paytoqs') === 'query' || reading.node.paytoqs === true;
  const hasHeaders =
    message.members !== undefined &&
    Object.hasOwn(message.members, 'headers') &&
    !/^steps\.\w+\.output\.headers$/.test(message.members.headers ?? '');
  const params = {
    method,
    url,
    ...(method !== 'GET' &&
      method !== 'HEAD' &&
      payload !== 'undefined' && { bodyKind: 'json', body: `\${${payload}}` }),
    ...(method === 'GET' && inQuery && { query: `\${${payload}}` }),
    ...(hasHeaders && { headers: `\${${property(message, 'headers')}}` }),
    ...signIn(reading),
    ...(reading.text('ret', 'txt') === 'txt' && { parse: 'text' }),
    ...(reading.text('ret') === 'obj' && { parse: 'json' }),
    ...(reading.node.senderr !== true && { success: '100-599' }),
  };
  if (reading.text('ret') === 'bin') reading.partial('Bytes are given as base64 text.');
  if (method !== 'GET' && method !== 'HEAD') reading.tell('The payload is sent as JSON.');
  return oneStep(
    reading,
    'http.request',
    params,
    withProperties(message, {
      payload: 'steps.$0.output.body',
      statusCode: 'steps.$0.output.status',
      headers: 'steps.$0.output.headers',
    }),
  );
};

function signIn(reading: RedReading): Record<string, unknown> {
  const owner = reading.node.name || 'HTTP request';
  switch (reading.text('authType')) {
    case 'basic':
    case 'digest':
      return {
        auth: reading.text('authType'),
        username: reading.secret('user', owner),
        password: reading.secret('password', owner),
      };
    case 'bearer':
      return { auth: 'bearer', token: reading.secret('token', owner) };
    default:
      return {};
  }
}

const httpIn: RedConverter = (reading) => {
  for (const name of ['body', 'query', 'headers', 'params']) reading.input(name);
  const method = reading.text('method', 'get').toUpperCase();
  reading.tell(
    `Set up a webhook trigger on the fleet (it was ${method} ${reading.text('url', '/')}) that starts a job with the inputs body, query, headers and params.`,
  );
  return oneStep(
    reading,
    'control.start',
    {},
    objectFlow({ payload: method === 'GET' ? 'input.query' : 'input.body', req: 'input' }),
  );
};

const httpResponse: RedConverter = (reading) => {
  reading.partial('A job does not answer the caller of a webhook: what it would have answered is written to the log.');
  return oneStep(reading, 'data.log', { message: `\${${property(reading.message, 'payload')}}`, level: 'info' });
};

function fileName(reading: RedReading): string {
  const type = reading.text('filenameType', reading.text('filename') === '' ? 'msg' : 'str');
  const name = reading.text('filename', 'filename');
  return type === 'str'
    ? literalText(name)
    : reading.template(() => `\${${typedExpression(reading.message, type, name)}}`, name);
}

const file: RedConverter = (reading) => {
  const path = fileName(reading);
  const mode = JSON.stringify(reading.node.overwriteFile ?? 'false').replaceAll('"', '');
  if (mode === 'delete') return oneStep(reading, 'files.delete', { path });
  const content = `\${${property(reading.message, 'payload')}}`;
  if (mode === 'true')
    return oneStep(reading, 'files.write', {
      path,
      content: reading.node.appendNewline === false ? content : `${content}\n`,
    });
  return oneStep(reading, 'files.append', { path, content, newLine: reading.node.appendNewline !== false });
};

const fileIn: RedConverter = (reading) => {
  const format = reading.text('format', 'utf8');
  if (format === 'stream' || format === '') reading.partial('Bytes are given as base64 text.');
  const read = {
    type: 'files.read',
    params: { path: fileName(reading), as: format === 'lines' ? 'lines' : format === 'utf8' ? 'text' : 'base64' },
  };
  const given = (expression: string) =>
    withProperties(reading.message, { payload: expression, filename: 'steps.$0.output.path' });
  if (format !== 'lines')
    return { steps: [read], outputs: [{ step: 0, port: 'out', message: given('steps.$0.output.content') }] };
  return {
    steps: [read, { type: 'control.forEach', suffix: ': each line', params: { items: '${steps.$0.output.content}' } }],
    outputs: [{ step: 1, port: 'body', message: given('item') }],
    opens: true,
  };
};

const exec: RedConverter = (reading) => {
  const addPayload =
    reading.node.addpay === true || (typeof reading.node.addpay === 'string' && reading.node.addpay !== '');
  const payload = addPayload
    ? ` \${${property(reading.message, typeof reading.node.addpay === 'string' && /^\w+$/.test(reading.node.addpay) ? reading.node.addpay : 'payload')}}`
    : '';
  if (reading.text('useSpawn') === 'true')
    reading.partial('Its output comes when the program has ended, not line by line.');
  if (addPayload) reading.tell('The payload stands in a command line: make sure that it cannot hold commands.');
  const append = reading.text('append');
  const script = `${literalText(reading.text('command'))}${payload}${append === '' ? '' : ` ${literalText(append)}`}`;
  const given = (name: string) =>
    withProperties(reading.message, { payload: `steps.$0.output.${name}`, rc: '({ code: steps.$0.output.code })' });
  return {
    steps: [{ type: 'system.script', params: { script, success: 'any' } }],
    outputs: [
      { step: 0, port: 'out', message: given('output') },
      { step: 0, port: 'out', message: given('errors') },
      {
        step: 0,
        port: 'out',
        message: withProperties(reading.message, { payload: '({ code: steps.$0.output.code })' }),
      },
    ],
  };
};

const email: RedConverter = (reading) => {
  const owner = reading.node.name || 'e-mail';
  const payload = property(reading.message, 'payload');
  return oneStep(reading, 'mail.send', {
    from: reading.secret('user', owner),
    to: reading.text('name') === '' ? `\${${property(reading.message, 'to')}}` : literalText(reading.text('name')),
    subject: `\${${property(reading.message, 'topic')} ?? 'Message'}`,
    text: `\${${payload}}`,
    host: literalText(reading.text('server')) || reading.setting('mail server'),
    ...(Number(reading.text('port')) > 0 && { port: Number(reading.text('port')) }),
    user: reading.secret('user', owner),
    password: reading.secret('password', owner),
  });
};

export const NETWORK_NODES: RedConverterTable = {
  'http request': httpRequest,
  'http in': httpIn,
  'http response': httpResponse,
  file,
  'file in': fileIn,
  exec,
  'e-mail': email,
};
