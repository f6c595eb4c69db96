import { expect, test } from 'vitest';
import { checkSession, findingsOf, needsDesktop } from '../../../robot/doctor/check-session.ts';
import { encodePng } from '../../../robot/evidence/png.ts';
import { PNG } from 'pngjs';
import { startScreen } from '../../engine/nodes/desktop/screen.ts';
import { workflowOf } from '../../support/workflows.ts';

const screen = await startScreen({ size: '800x600', manager: false });

test('a real screen is found, with its size; one that is small is told of; without one the cure says how to get it', async () => {
  expect(await checkSession(screen.environment)).toMatchObject([
    { check: 'desktop.resolution', level: 'warn', message: expect.stringContaining('800 × 600') },
  ]);
  expect(await checkSession({ DISPLAY: ':4711' })).toMatchObject([
    { check: 'desktop.session', level: 'info', cure: expect.stringContaining('Xvfb') },
  ]);
});

test('what keeps a run from a desktop that is there is an error, each with its cure', () => {
  const errors = (session: Parameters<typeof findingsOf>[0]) =>
    findingsOf({ width: 1920, height: 1080, ...session })
      .filter(({ level }) => level === 'error')
      .map(({ check, cure }) => [check, cure !== '']);
  expect(errors({ locked: false, screensaver: false, detached: false, takesInput: true })).toEqual([]);
  expect(errors({ locked: true })).toEqual([['desktop.locked', true]]);
  expect(errors({ detached: true, screensaver: true, takesInput: false })).toEqual([
    ['desktop.detached', true],
    ['desktop.screensaver', true],
    ['desktop.input', true],
  ]);
});

test('only a workflow with desktop steps needs one', () => {
  expect(needsDesktop(workflowOf({ a: 'control.start', b: 'browser.open' }))).toBe(false);
  expect(needsDesktop(workflowOf({ a: 'control.start', b: 'desktop.typeText' }))).toBe(true);
  expect(needsDesktop(workflowOf({ a: { type: 'desktop.typeText', disabled: true } }))).toBe(false);
});

test('pictures of the screen are PNGs that others read', () => {
  const data = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => (i % 4 === 3 ? 255 : i));
  const picture = PNG.sync.read(encodePng({ width: 3, height: 2, data }));
  expect([picture.width, picture.height, [...picture.data]]).toEqual([3, 2, [...data]]);
});
