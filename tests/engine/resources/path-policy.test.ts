import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSpelling, isInside } from '../../../engine/resources/path-policy.ts';

const spelled = (given: string, platform: NodeJS.Platform) => {
  try {
    checkSpelling(given, platform);
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('paths on Windows', () => {
  const devices = ['CON', 'prn', 'Aux', 'NUL', 'COM1', 'com9', 'LPT1', 'COM¹', 'CONIN$', 'conout$'];
  const shapes = ['#', '#.txt', 'a\\#', 'a/#/b', '#.tar.gz', '# ', 'C:\\a\\#'];
  it.each(devices.flatMap((device) => shapes.map((shape) => shape.replace('#', device))))('%j is refused', (given) => {
    expect(spelled(given, 'win32')).toBe('FILE_ACCESS');
  });

  it.each([
    '\\\\.\\PhysicalDrive0',
    '\\\\?\\C:\\a',
    '//./pipe/x',
    '\\??\\C:\\a',
    'C:relative.txt',
    'a.txt:stream',
    'a.txt::$DATA',
    'folder:hidden\\a.txt',
    'a.txt.',
    'a.txt ',
    'a. \\b',
    'a\u0001b',
    'a<b',
    'a|b',
    'a*b',
    'a?b',
    'a\0b',
    '',
  ])('%j is refused', (given) => {
    expect(spelled(given, 'win32')).toBe('FILE_ACCESS');
  });

  it.each([
    'a.txt',
    'C:\\data\\in\\a.txt',
    'sub/console.txt',
    '..\\a',
    '.',
    'nullable.txt',
    'com10.txt',
    'ü ö.txt',
    'a..b',
    '\\\\server\\share\\a.txt',
  ])('%j is spelled well', (given) => {
    expect(spelled(given, 'win32')).toBe('allowed');
  });

  it.each([
    ['C:\\run', 'C:\\run\\a', true],
    ['C:\\run', 'c:\\RUN\\a', true],
    ['C:\\run', 'C:\\running', false],
    ['C:\\run', 'D:\\run\\a', false],
    ['C:\\run', 'C:\\', false],
    ['C:\\run', '\\\\server\\share', false],
  ])('%s holds %s: %s', (root, inner, expected) => {
    expect(isInside(root, inner, path.win32)).toBe(expected);
  });
});

describe('paths elsewhere', () => {
  it.each(['NUL', 'a:b', 'a.txt.', 'a*b', 'con.txt', '..a'])('%j is an ordinary name', (given) => {
    expect(spelled(given, 'linux')).toBe('allowed');
  });

  it.each([
    ['/run', '/run', true],
    ['/run', '/run/..a', true],
    ['/run', '/runs', false],
    ['/run', '/', false],
    ['/', '/a', true],
  ])('%s holds %s: %s', (root, inner, expected) => {
    expect(isInside(root, inner, path.posix)).toBe(expected);
  });
});
