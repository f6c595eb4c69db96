import { describe, expect, it } from 'vitest';
import { createCookieJar } from '../../../engine/resources/http-cookies.ts';

const shop = new URL('https://www.shop.example/cart/list');

function sentTo(address: string, ...setCookie: string[]): string {
  const jar = createCookieJar(() => 0);
  jar.keep(shop, setCookie);
  return jar.cookiesFor(new URL(address));
}

describe('a cookie', () => {
  it.each([
    ['goes back to the host that set it', 'a=1', 'https://www.shop.example/cart/x', 'a=1'],
    ['goes to no other host', 'a=1', 'https://shop.example/cart/x', ''],
    ['goes to the folder it was set in', 'a=1', 'https://www.shop.example/', ''],
    ['goes to all hosts of its domain', 'a=1; Domain=.shop.example; Path=/', 'https://api.shop.example/', 'a=1'],
    [
      'goes to no host that only ends like its domain',
      'a=1; Domain=shop.example; Path=/',
      'https://myshop.example/',
      '',
    ],
    ['goes to its path', 'a=1; Path=/cart', 'https://www.shop.example/cart', 'a=1'],
    ['goes to no path that only begins like its own', 'a=1; Path=/car', 'https://www.shop.example/cart', ''],
    ['that is secure goes over no open line', 'a=1; Path=/; Secure', 'http://www.shop.example/', ''],
    ['for another domain is not kept', 'a=1; Domain=bank.example; Path=/', 'https://bank.example/', ''],
    ['for all of a top domain is not kept', 'a=1; Domain=example; Path=/', 'https://bank.example/', ''],
    ['may hold what it likes in its value', 'a=b=c; Path=/', 'https://www.shop.example/', 'a=b=c'],
    ['without a name is not kept', '=b; Path=/', 'https://www.shop.example/', ''],
    ['that is too long is not kept', `a=${'x'.repeat(5000)}; Path=/`, 'https://www.shop.example/', ''],
    ['of the past is not kept', 'a=1; Path=/; Expires=Wed, 31 Dec 1969 00:00:00 GMT', 'https://www.shop.example/', ''],
  ])('%s', (_what, setCookie, address, sent) => {
    expect(sentTo(address, setCookie)).toBe(sent);
  });

  it('takes the place of the one with its name, and goes before those of wider paths', () => {
    const sent = sentTo('https://www.shop.example/cart/', 'a=1; Path=/', 'b=1; Path=/cart', 'a=2; Path=/');
    expect(sent).toBe('b=1; a=2');
  });

  it('ends with its time', () => {
    let time = 0;
    const jar = createCookieJar(() => time);
    jar.keep(shop, ['a=1; Max-Age=10; Path=/']);
    time = 9000;
    expect(jar.cookiesFor(shop)).toBe('a=1');
    time = 10_000;
    expect(jar.cookiesFor(shop)).toBe('');
  });
});

it('keeps a thousand cookies at most', () => {
  const jar = createCookieJar();
  jar.keep(
    shop,
    Array.from({ length: 1500 }, (_, i) => `c${i}=1; Path=/`),
  );
  expect(jar.cookiesFor(shop).split('; ')).toHaveLength(1000);
});
