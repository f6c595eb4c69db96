import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { listFiles } from '../../../build/source-files.ts';
import { menuTemplate } from '../../../electron/main/menu.ts';

const root = join(import.meta.dirname, '../../..');

function entries(platform: NodeJS.Platform, isPackaged = true) {
  const chosen: string[] = [];
  let shown = 0;
  const bar = menuTemplate({
    platform,
    isPackaged,
    choose: (id) => chosen.push(id),
    showAbout: () => (shown += 1),
  });
  const all = bar.flatMap(({ submenu }) => (submenu ?? []) as MenuItemConstructorOptions[]);
  return { bar, all, chosen, shown: () => shown };
}
const click = (entry: MenuItemConstructorOptions) => (entry.click as (() => void) | undefined)?.();

test('every action of the menu is one the studio has', () => {
  const { all, chosen } = entries('linux');
  for (const entry of all) if (entry.label !== 'About CasareRPA') click(entry);
  const sources = listFiles(root)
    .filter((path) => /^studio\/.*\.tsx?$/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  expect(chosen.length).toBeGreaterThan(10);
  for (const id of chosen) expect(sources).toContain(`id: '${id}'`);
});

test('keys of actions are shown, not taken: the page hears them itself', () => {
  const withKeys = entries('linux').all.filter(
    // What the system does itself keeps its key.
    ({ accelerator, role }) => accelerator !== undefined && role === undefined,
  );
  expect(withKeys.length).toBeGreaterThan(3);
  for (const entry of withKeys) expect(entry.registerAccelerator).toBe(false);
});

test('text is edited by roles, as everywhere on the system', () => {
  const roles = entries('linux').all.map(({ role }) => role);
  expect(roles).toEqual(expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'quit']));
});

test('tools for developers are in a checkout only; macOS has its own first menu', () => {
  const roles = (isPackaged: boolean) => entries('linux', isPackaged).all.map(({ role }) => role);
  expect(roles(false)).toContain('toggleDevTools');
  expect(roles(true)).not.toContain('toggleDevTools');
  expect(roles(true)).not.toContain('reload');
  expect(entries('darwin').bar[0]?.role).toBe('appMenu');
});

test('about says which version this is', () => {
  const { all, shown } = entries('win32');
  click(all.find(({ label }) => label === 'About CasareRPA') ?? {});
  expect(shown()).toBe(1);
});
