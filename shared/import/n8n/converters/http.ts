import { isRecord, type JsonRecord, listAt, recordAt, textAt, valueAt } from '../../json.ts';
import type { Conversion, Converter, ConverterTable, Gives, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';
import { templateOfJson } from '../json-template.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

const request: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const isNew = reading.version >= 3;
    const method = (textAt(params, isNew ? 'method' : 'requestMethod') || 'GET').toUpperCase();
    const options = recordAt(params, 'options');
    const step: JsonRecord = {
      method: METHODS.has(method) ? method : 'GET',
      url: reading.read('url', ''),
      ...present(
        'query',
        isNew
          ? pairs(reading, 'Query', 'queryParameters.parameters', 'jsonQuery')
          : oldPairs(reading, 'queryParameters'),
      ),
      ...present(
        'headers',
        texts(
          isNew
            ? pairs(reading, 'Headers', 'headerParameters.parameters', 'jsonHeaders')
            : oldPairs(reading, 'headerParameters'),
        ),
      ),
      ...(method === 'GET' || method === 'HEAD' ? {} : isNew ? newBody(reading) : oldBody(reading)),
      ...signIn(reading),
      ...limits(reading, options),
    };
    return responded(reading, step, options, isNew);
  },
};

function present(name: string, value: JsonRecord | string | undefined): JsonRecord {
  if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return {};
  return { [name]: value };
}

function texts(record: JsonRecord | string | undefined): JsonRecord | string | undefined {
  if (!isRecord(record)) return record;
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value ?? ''),
    ]),
  );
}

function listedPairs(reading: NodeReading, list: readonly unknown[]): JsonRecord {
  const entries = list.flatMap((pair): [string, unknown][] => {
    const name = textAt(pair, 'name');
    if (name === '') return [];
    if (name.startsWith('=')) reading.partial(`The name "${name}" is an expression; names are fixed here.`);
    const value = reading.translate(recordAt(pair).value ?? '');
    return [[name.replace(/^=/, ''), typeof value === 'object' ? JSON.stringify(value) : value]];
  });
  return Object.fromEntries(entries);
}

function pairs(reading: NodeReading, what: string, path: string, jsonParam: string): JsonRecord | string | undefined {
  const { params } = reading;
  if (params[`send${what}`] !== true) return undefined;
  if (textAt(params, `specify${what}`) !== 'json') return listedPairs(reading, listAt(params, ...path.split('.')));
  return asData(reading, params[jsonParam]);
}

function oldPairs(reading: NodeReading, name: string): JsonRecord | string | undefined {
  const { params } = reading;
  if (params.jsonParameters === true) return asData(reading, params[`${name}Json`]);
  return listedPairs(reading, listAt(params, `${name}Ui`, 'parameter'));
}

/** JSON written as text becomes the object it means; an expression that gives one stays an expression. */
function asData(reading: NodeReading, value: unknown): JsonRecord | string | undefined {
  if (isRecord(value)) return reading.translate(value) as JsonRecord;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const data = templateOfJson(value, reading.translate);
  if (isRecord(data)) return data;
  if (typeof data === 'string') return data;
  reading.partial('JSON text could not be read as an object.');
  return undefined;
}

function newBody(reading: NodeReading): JsonRecord {
  const { params } = reading;
  if (params.sendBody !== true) return {};
  const specify = textAt(params, 'specifyBody') || 'keypair';
  switch (textAt(params, 'contentType') || 'json') {
    case 'json':
      return specify === 'json'
        ? jsonBody(reading, params.jsonBody)
        : { bodyKind: 'json', body: listedPairs(reading, listAt(params, 'bodyParameters', 'parameters')) };
    case 'form-urlencoded':
      return specify === 'string'
        ? { bodyKind: 'text', contentType: 'application/x-www-form-urlencoded', body: reading.read('body', '') }
        : { bodyKind: 'form', body: listedPairs(reading, listAt(params, 'bodyParameters', 'parameters')) };
    case 'raw':
      return {
        bodyKind: 'text',
        contentType: textAt(params, 'rawContentType') || 'text/plain',
        body: reading.read('body', ''),
      };
    case 'binaryData':
      reading.partial('It sent binary data of an item. Name the file to send.');
      return { bodyKind: 'file', bodyFile: reading.setting('file to send') };
    default:
      reading.partial('Forms with files are sent by the step "Upload file"; here the fields go as a form.');
      return { bodyKind: 'form', body: listedPairs(reading, listAt(params, 'bodyParameters', 'parameters')) };
  }
}

function oldBody(reading: NodeReading): JsonRecord {
  const { params } = reading;
  const kind = textAt(params, 'options', 'bodyContentType') || 'json';
  if (params.sendBinaryData === true) {
    reading.partial('It sent binary data of an item. Name the file to send.');
    return { bodyKind: 'file', bodyFile: reading.setting('file to send') };
  }
  if (params.jsonParameters === true) {
    if (kind === 'raw') return { bodyKind: 'text', body: reading.read('bodyParametersJson', '') };
    return params.bodyParametersJson === undefined
      ? {}
      : jsonBody(reading, params.bodyParametersJson, kind === 'form-urlencoded' ? 'form' : 'json');
  }
  const body = listedPairs(reading, listAt(params, 'bodyParametersUi', 'parameter'));
  return Object.keys(body).length === 0 ? {} : { bodyKind: kind === 'json' ? 'json' : 'form', body };
}

function jsonBody(reading: NodeReading, value: unknown, bodyKind = 'json'): JsonRecord {
  if (typeof value !== 'string') return { bodyKind, body: reading.translate(value ?? {}) };
  const data = templateOfJson(value, reading.translate);
  if (data !== undefined) return { bodyKind, body: data };
  return { bodyKind: 'text', contentType: 'application/json', body: reading.translate(value) };
}

/** Credentials stay where they are; each field becomes a secret variable. */
function signIn(reading: NodeReading): JsonRecord {
  const { params, node } = reading;
  const way = textAt(params, 'authentication') || 'none';
  if (way === 'none') return {};
  const type =
    way === 'genericCredentialType'
      ? textAt(params, 'genericAuthType')
      : way === 'predefinedCredentialType'
        ? textAt(params, 'nodeCredentialType')
        : way;
  const credential = textAt(Object.values(node.credentials ?? {})[0], 'name') || type || way;
  const kind = type.replace(/^http/, '').toLowerCase();
  if (kind.startsWith('basic') || kind.startsWith('digest'))
    return {
      auth: kind.startsWith('basic') ? 'basic' : 'digest',
      username: reading.secret('user', credential),
      password: reading.secret('password', credential),
    };
  if (kind.startsWith('bearer')) return { auth: 'bearer', token: reading.secret('token', credential) };
  if (kind.startsWith('header') || kind.startsWith('query'))
    return {
      auth: 'apiKey',
      keyIn: kind.startsWith('header') ? 'header' : 'query',
      keyName: reading.secret('key name', credential),
      token: reading.secret('key', credential),
    };
  reading.partial(
    `How the credential "${credential}" (${type || way}) signs in is not known here; a token is sent as bearer. Check "Sign in with".`,
  );
  return { auth: 'bearer', token: reading.secret('token', credential) };
}

function limits(reading: NodeReading, options: JsonRecord): JsonRecord {
  const found: JsonRecord = {};
  if (typeof options.timeout === 'number')
    found.timeoutMs = Math.min(Math.max(Math.round(options.timeout), 1000), 600_000);
  const redirect = recordAt(options, 'redirect', 'redirect');
  if (redirect.followRedirects === false || options.followRedirect === false) found.maxRedirects = 0;
  if (options.allowUnauthorizedCerts === true || reading.params.allowUnauthorizedCerts === true)
    found.verifyTls = false;
  if (valueAt(options, 'response', 'response', 'neverError') === true || options.ignoreResponseCode === true)
    found.success = '100-599';
  if (options.pagination !== undefined)
    reading.partial('Reading page after page is not taken over. Put a While around the step.');
  if (options.batching !== undefined)
    reading.tell('The pauses between batches of requests are not taken over; a For each has "At the same time".');
  if (options.proxy !== undefined) found.proxyUrl = reading.translate(options.proxy);
  return found;
}

function responded(reading: NodeReading, step: JsonRecord, options: JsonRecord, isNew: boolean): Conversion {
  const response = isNew ? recordAt(options, 'response', 'response') : options;
  const format =
    (isNew ? textAt(response, 'responseFormat') : textAt(reading.params, 'responseFormat')) || 'autodetect';
  if (format === 'file') {
    reading.partial('The answer is kept as a file; steps behind it read its path in place of binary data.');
    const { url, query, headers, auth, username, password, token, keyName, keyIn } = step;
    return {
      type: 'http.download',
      params: dropMissing({ url, query, headers, auth, username, password, token, keyName, keyIn }),
      gives: { kind: 'one', path: '' },
    };
  }
  const isFull = response.fullResponse === true;
  const isText = format === 'text' || format === 'string';
  if (isText) step.parse = 'text';
  if (format === 'json') step.parse = 'json';
  const property = textAt(response, 'outputPropertyName') || textAt(reading.params, 'dataPropertyName') || 'data';
  const body = 'steps.$self.output.body';
  const gives: Gives = isFull
    ? objectFlow({ body, headers: 'steps.$self.output.headers', statusCode: 'steps.$self.output.status' })
    : isText
      ? objectFlow({ [property]: body })
      : { kind: givesSeveral(reading) ? 'list' : 'maybe', path: '.body' };
  if (!isFull && !isText)
    reading.tell(
      'Where the answer is a list, n8n ran the next nodes once per item. Steps that work on a list do that here too; others see the whole list.',
    );
  return { type: 'http.request', params: step, gives };
}

/** Data pinned to the node shows whether its answer is a list. */
function givesSeveral(reading: NodeReading): boolean {
  return reading.pinnedCount > 1;
}

function dropMissing(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

export const HTTP: ConverterTable = {
  httpRequest: request,
  graphql: {
    reads: 'item',
    convert(reading) {
      const variables = asData(reading, reading.params.variables);
      return {
        type: 'http.graphql',
        params: {
          url: reading.read('endpoint', ''),
          document: reading.read('query', ''),
          ...present('variables', variables),
          ...present('headers', texts(listedPairs(reading, listAt(reading.params, 'headerParametersUi', 'parameter')))),
          ...signIn(reading),
        },
        gives: objectFlow({ data: 'steps.$self.output.data' }),
      };
    },
  },
  respondToWebhook: {
    reads: 'any',
    convert(reading) {
      reading.partial(
        'A job does not answer the caller of a webhook: what it would have answered is written to the log. Give it as an output of the workflow.',
      );
      return {
        type: 'data.log',
        params: { message: reading.read('responseBody', `\${${reading.item()}}`), level: 'info' },
      };
    },
  },
};
