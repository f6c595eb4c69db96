import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { setupNavigation } from '../../../../electron/main/security/navigation.ts';

function setup() {
  const app = new EventEmitter();
  const links: string[] = [];
  setupNavigation(app as never, (address) => links.push(address));
  let open: ((details: { url: string }) => unknown) | undefined;
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: typeof open) => (open = handler),
  });
  app.emit('web-contents-created', {}, contents);
  const isPrevented = (event: string, url: string, isMainFrame = true) => {
    let prevented = false;
    contents.emit(event, { url, isMainFrame, preventDefault: () => (prevented = true) });
    return prevented;
  };
  return { isPrevented, links, open: (url: string) => open?.({ url }) };
}

const elsewhere = ['https://evil.example/', 'file:///etc/passwd', 'app://other/', 'data:text/html,x', 'about:blank'];

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s stays within the studio', (event) => {
  const { isPrevented } = setup();
  for (const url of elsewhere) expect(isPrevented(event, url)).toBe(true);
  expect(isPrevented(event, 'app://studio/#/fleet')).toBe(false);
});

test('a frame navigates nowhere, a webview is not attached', () => {
  const { isPrevented } = setup();
  expect(isPrevented('will-frame-navigate', 'app://studio/', false)).toBe(true);
  expect(isPrevented('will-attach-webview', '')).toBe(true);
});

test('a second window is always denied, its address handed to the rules for links', () => {
  const { open, links } = setup();
  for (const url of [...elsewhere, 'app://studio/']) expect(open(url)).toEqual({ action: 'deny' });
  expect(links).toEqual([...elsewhere, 'app://studio/']);
});
