import { expect, test } from 'vitest';
import { openLink } from '../../../../electron/main/security/external-links.ts';

async function follow(address: string, agreed = true) {
  const opened: string[] = [];
  const asked: string[] = [];
  const done = await openLink(address, {
    open: async (url) => void opened.push(url),
    ask: async (url) => asked.push(url) > 0 && agreed,
  });
  return { done, opened, asked };
}

test('a known site opens at once, another one after a question', async () => {
  const known = 'https://developer.mozilla.org/en-US/docs/Web';
  expect(await follow(known)).toEqual({ done: true, opened: [known], asked: [] });
  const other = 'https://somewhere.example/a?b=c';
  expect(await follow(other)).toEqual({ done: true, opened: [other], asked: [other] });
  expect(await follow(other, false)).toEqual({ done: false, opened: [], asked: [other] });
});

test('a name that only begins like a known site is asked about', async () => {
  for (const address of ['https://developer.mozilla.org.evil.example/', 'https://developer.mozilla.org:8443/'])
    expect((await follow(address, false)).asked).toEqual([address]);
});

test.each([
  'http://developer.mozilla.org/',
  'file:///etc/passwd',
  'smb://server/share',
  'ms-settings:',
  'vbscript:msgbox',
  `java${'script'}:alert(1)`,
  'data:text/html,x',
  'app://studio/',
  'https://developer.mozilla.org@evil.example/',
  'https://user:password@somewhere.example/',
  'https://',
  '\\\\server\\share',
  '',
  `https://somewhere.example/${'x'.repeat(2000)}`,
])('%s is never opened, nor asked about', async (address) => {
  expect(await follow(address)).toEqual({ done: false, opened: [], asked: [] });
});
