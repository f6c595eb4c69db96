import { describe, expect, it } from 'vitest';
import { findNode, openNodeBench } from '../run-one.ts';
import { startTestServer } from './test-server.ts';

const bench = await openNodeBench();
const server = await startTestServer((request, response) => {
  switch (request.url) {
    case '/graphql': {
      const { query } = JSON.parse(request.body.toString()) as { query: string };
      const reply = query.includes('wrong')
        ? { errors: [{ message: 'no field "wrong"' }] }
        : { data: { order: { total: 5 } } };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    }
    default:
      return response.writeHead(200, { 'content-type': 'text/plain' }).end('no GraphQL here');
  }
});
const at = (path: string) => `${server.url}${path}`;
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

describe('http.graphql', () => {
  it('gives data and takes errors as errors', async () => {
    const document = 'query ($id: ID!) { order(id: $id) { total } }';
    expect(await output('http.graphql', { url: at('/graphql'), document, variables: { id: 1 } })).toMatchObject({
      data: { order: { total: 5 } },
    });
    expect(JSON.parse(server.seen.at(-1)?.body.toString() ?? '')).toEqual({ query: document, variables: { id: 1 } });
    const error = await bench.fail('http.graphql', { url: at('/graphql'), document: '{ wrong }' });
    expect(error).toMatchObject({ code: 'HTTP_FAILED', message: expect.stringContaining('no field "wrong"') });
    expect(await bench.fail('http.graphql', { url: at('/latin'), document })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it.each([
    ['{ a }', 'idempotent'],
    ['query A { mutation }', 'idempotent'],
    ['# mutation\n{ a }', 'idempotent'],
    ['mutation { a }', 'keyed'],
    ['fragment F on A { b } mutation M { a }', 'keyed'],
  ])('takes %j as %s', (document, effect) => {
    const node = findNode('http.graphql');
    expect(node.effectOf?.(node.params.parse({ url: 'http://x', document }))).toBe(effect);
  });
});
