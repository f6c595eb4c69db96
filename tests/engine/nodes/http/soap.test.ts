import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../../engine/formats/xml.ts';
import { findNode, openNodeBench } from '../run-one.ts';
import { startTestServer } from './test-server.ts';

const bench = await openNodeBench();
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const envelope = (body: string) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><t:trace xmlns:t="urn:t">9</t:trace></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const server = await startTestServer((request, response) => {
  const xml = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  switch (request.url) {
    case '/order':
      return xml(
        200,
        envelope(
          '<m:GetOrderResponse xmlns:m="urn:orders"><m:order id="7"><m:item>pen</m:item></m:order></m:GetOrderResponse>',
        ),
      );
    case '/fault':
      return xml(
        500,
        envelope(
          '<s:Fault><faultcode>s:Client</faultcode><faultstring>No such order</faultstring><detail><e:code xmlns:e="urn:e">17</e:code></detail></s:Fault>',
        ),
      );
    case '/fault12':
      return xml(
        400,
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code><e:Reason><e:Text xml:lang="en">Wrong</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>',
      );
    case '/page':
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    case '/broken':
      return response.destroy();
    default:
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"taken":true}');
  }
});
const call = { operation: 'GetOrder', namespace: 'urn:orders', content: { id: 7, note: 'a & <b>', '@lang': 'de' } };
const at = (path: string) => `${server.url}${path}`;
const lastSeen = () => {
  const seen = server.seen.at(-1);
  if (!seen) throw new Error('Nothing was sent.');
  return seen;
};
const lastXml = async () =>
  parseXml(server.seen.at(-1)?.body.toString() ?? '', 'The request', { lists: [], typed: false });

describe('http.soap', () => {
  it('sends an envelope and gives the answer as data', async () => {
    const { output } = await bench.run('http.soap', { url: at('/order'), ...call, action: 'urn:get', lists: ['item'] });
    expect(output).toEqual({
      status: 200,
      header: { trace: '9' },
      body: { GetOrderResponse: { order: { '@id': '7', item: ['pen'] } } },
    });
    expect(server.seen.at(-1)?.headers).toMatchObject({
      soapaction: '"urn:get"',
      'content-type': 'text/xml; charset=utf-8',
    });
    expect(await lastXml()).toMatchObject({
      'soap:Envelope': {
        '@xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/',
        'soap:Body': { GetOrder: { '@xmlns': 'urn:orders', id: '7', note: 'a & <b>' } },
      },
    });
  });

  it('speaks version 1.2 and takes XML as it is', async () => {
    await bench.run('http.soap', {
      url: at('/order'),
      version: '1.2',
      action: 'urn:get',
      content: '<x:Get xmlns:x="urn:x"/>',
    });
    expect(server.seen.at(-1)?.headers['content-type']).toBe('application/soap+xml; charset=utf-8; action="urn:get"');
    expect(server.seen.at(-1)?.headers).not.toHaveProperty('soapaction');
    expect(server.seen.at(-1)?.body.toString()).toContain('<soap:Body><x:Get xmlns:x="urn:x"/></soap:Body>');
  });

  it('names the user within the message, with the password hidden in a digest', async () => {
    await bench.run('http.soap', {
      url: at('/order'),
      ...call,
      security: 'digest',
      wsUsername: 'ada',
      wsPassword: 'p&w',
    });
    const sent = server.seen.at(-1)?.body.toString() ?? '';
    const part = (name: string) => new RegExp(`<ws(?:se|u):${name}(?: [^>]*)?>([^<]*)<`).exec(sent)?.[1] ?? '';
    const digest = createHash('sha1')
      .update(Buffer.from(part('Nonce'), 'base64'))
      .update(part('Created'))
      .update('p&w');
    expect(part('Username')).toBe('ada');
    expect(part('Password')).toBe(digest.digest('base64'));
    await bench.run('http.soap', {
      url: at('/order'),
      ...call,
      security: 'text',
      wsUsername: 'ada',
      wsPassword: 'p&w',
    });
    expect(server.seen.at(-1)?.body.toString()).toContain('#PasswordText">p&amp;w</wsse:Password>');
  });

  it.each([
    ['/fault', { faultCode: 'Client', faultReason: 'No such order', faultDetail: { code: '17' }, status: 500 }],
    ['/fault12', { faultCode: 'Sender', faultReason: 'Wrong', status: 400 }],
  ])('takes a fault of %s as an error', async (path, details) => {
    const error = await bench.fail('http.soap', { url: at(path), ...call });
    expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable: false, details });
  });

  it('says that a page is no service', async () => {
    expect(await bench.fail('http.soap', { url: at('/page'), ...call })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('may be repeated only where it reads', async () => {
    const node = findNode('http.soap');
    const effect = (params: object) => node.effectOf?.(node.params.parse({ url: 'http://x', ...params }));
    expect([effect({}), effect({ isReading: true })]).toEqual(['once', 'idempotent']);
    expect(await bench.fail('http.soap', { url: at('/broken'), ...call })).toMatchObject({
      code: 'STEP_IN_DOUBT',
      retryable: false,
    });
    expect(await bench.fail('http.soap', { url: at('/broken'), ...call, isReading: true })).toMatchObject({
      retryable: true,
    });
    const nowhere = await bench.fail('http.soap', { url: 'http://127.0.0.1:1/', ...call });
    expect(nowhere).toMatchObject({ code: 'HTTP_FAILED', retryable: true });
  });
});

describe('http.webhook', () => {
  const params = { url: at('/hook'), event: 'order.paid', data: { id: 7, name: 'Ü' } };

  /** As a receiver checks it, by the words of the Standard Webhooks specification. */
  function verify(key: string): boolean {
    const { headers, body } = lastSeen();
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
      .update(content)
      .digest();
    return String(headers['webhook-signature'])
      .split(' ')
      .some((one) => {
        const given = Buffer.from(one.replace('v1,', ''), 'base64');
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
  }

  it('is signed so that its receiver can check it, with an id that stays', async () => {
    const { output } = await bench.run('http.webhook', { ...params, secret });
    expect(output).toMatchObject({ status: 200, id: 'msg_effect-key-of-this-step', body: { taken: true } });
    const { headers, body } = lastSeen();
    expect(headers['webhook-id']).toBe('msg_effect-key-of-this-step');
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    expect(JSON.parse(body.toString())).toEqual({
      type: 'order.paid',
      timestamp: '1970-01-01T00:00:00.000Z',
      data: params.data,
    });
    expect(verify(secret)).toBe(true);
    expect(verify(`whsec_${randomBytes(32).toString('base64')}`)).toBe(false);
  });

  it('carries a signature for each secret while it is being changed', async () => {
    const old = `whsec_${randomBytes(32).toString('base64')}`;
    await bench.run('http.webhook', { ...params, secret: `${secret} ${old}` });
    expect([verify(secret), verify(old)]).toEqual([true, true]);
  });

  it('refuses a secret that is none', async () => {
    expect(await bench.fail('http.webhook', { ...params, secret: 'whsec_short' })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
  });
});
