import { readdir, readFile, writeFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openNodeBench } from '../run-one.ts';
import { buildZip, type RawEntry } from './build-zip.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;
const at = (...parts: string[]) => join(bench.folder, ...parts);

describe('files.zip and files.unzip', () => {
  it('pack a folder and give it back as it was', async () => {
    await mkdir(at('pack/in/empty'), { recursive: true });
    await writeFile(at('pack/a.txt'), 'a'.repeat(10_000));
    await writeFile(at('pack/in/ü.bin'), Buffer.from([0, 255]));
    await writeFile(at('single.txt'), 'one');
    const packed = await output('files.zip', { sources: ['pack', 'single.txt'], path: 'out/p.zip' });
    expect(packed).toMatchObject({ path: at('out/p.zip'), files: 3 });
    expect(packed.size).toBeLessThan(2000);
    const unpacked = await output('files.unzip', { path: 'out/p.zip', folder: 'back' });
    expect(unpacked.count).toBe(3);
    expect((await readFile(at('back/pack/a.txt'), 'utf8')).length).toBe(10_000);
    expect(await readFile(at('back/pack/in/ü.bin'))).toEqual(Buffer.from([0, 255]));
    expect(await readFile(at('back/single.txt'), 'utf8')).toBe('one');
  });

  it('take only what fits a pattern', async () => {
    await mkdir(at('some'), { recursive: true });
    for (const name of ['a.pdf', 'b.txt', 'c.PDF']) await writeFile(at('some', name), name);
    expect(await output('files.zip', { sources: ['some'], path: 'some.zip', pattern: '*.pdf' })).toMatchObject({
      files: 2,
    });
    expect((await output('files.unzip', { path: 'some.zip', folder: 'some-back', pattern: 'a*' })).files).toEqual([
      at('some-back/some/a.pdf'),
    ]);
  });

  it('keep the bytes as they are when nothing is compressed', async () => {
    await writeFile(at('plain.txt'), 'plain words');
    await output('files.zip', { sources: ['plain.txt'], path: 'plain.zip', compress: false });
    expect((await readFile(at('plain.zip'))).includes('plain words')).toBe(true);
  });

  it('refuse two files of one name, a file that is there, and what is no archive', async () => {
    await mkdir(at('twin'), { recursive: true });
    await writeFile(at('twin/plain.txt'), 'twin');
    expect(
      await bench.fail('files.zip', { sources: ['plain.txt', 'twin/plain.txt'], path: 'twins.zip' }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await bench.fail('files.unzip', { path: 'plain.txt', folder: 'x' })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(await bench.fail('files.unzip', { path: 'plain.zip', folder: 'twin', overwrite: false })).toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect(await readFile(at('twin/plain.txt'), 'utf8')).toBe('twin');
  });
});

describe('an archive made to do harm', () => {
  const traps: [string, RawEntry[], string][] = [
    ['climbs out', [{ name: '../out.txt', content: 'x' }], 'DATA_FORMAT|FILE_ACCESS'],
    ['climbs out in the middle', [{ name: 'a/../../out.txt', content: 'x' }], 'DATA_FORMAT|FILE_ACCESS'],
    ['climbs out with backslashes', [{ name: '..\\out.txt', content: 'x' }], 'DATA_FORMAT|FILE_ACCESS'],
    ['names an absolute path', [{ name: '/tmp/casare-slip.txt', content: 'x' }], 'DATA_FORMAT|FILE_ACCESS'],
    ['names a drive', [{ name: 'C:/out.txt', content: 'x' }], 'DATA_FORMAT|FILE_ACCESS'],
    ['has a NUL in a name', [{ name: 'a\0.txt', content: 'x' }], 'FILE_ACCESS'],
    ['holds a link', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], 'FILE_ACCESS'],
    [
      'writes through a link',
      [
        { name: 'd', content: '/tmp', mode: 0o120777 },
        { name: 'd/x', content: 'x' },
      ],
      'FILE_ACCESS',
    ],
    ['holds a device', [{ name: 'dev', content: '', mode: 0o020666 }], 'FILE_ACCESS'],
    ['holds a pipe', [{ name: 'pipe', content: '', mode: 0o010666 }], 'FILE_ACCESS'],
    [
      'holds one name twice',
      [
        { name: 'a', content: '1' },
        { name: 'A', content: '2' },
      ],
      'FILE_ACCESS',
    ],
    ['is encrypted', [{ name: 'a', content: '1', flags: 1 }], 'FILE_ACCESS'],
    [
      'unpacks to more than 100 times its size',
      [{ name: 'zeros', content: Buffer.alloc(8 * 1024 * 1024) }],
      'PAYLOAD_TOO_LARGE',
    ],
    ['says it is larger than 1 GiB', [{ name: 'big', content: 'x', claimedSize: 2 ** 31 }], 'PAYLOAD_TOO_LARGE'],
    [
      'is larger inside than it says',
      [{ name: 'liar', content: Buffer.alloc(500_000, 'ab'), claimedSize: 10 }],
      'DATA_FORMAT',
    ],
    ['is smaller inside than it says', [{ name: 'liar', content: 'abc', claimedSize: 10 }], 'DATA_FORMAT'],
  ];

  it.each(traps)('because it %s is refused and leaves nothing', async (name, entries, codes) => {
    const folder = `trap-${name.replaceAll(' ', '-')}`;
    await mkdir(at(folder), { recursive: true });
    await writeFile(at(folder, 'trap.zip'), buildZip(entries));
    const error = await bench.fail('files.unzip', { path: `${folder}/trap.zip`, folder: `${folder}/out` });
    expect(codes.split('|')).toContain(error.code);
    expect(await readdir(at(folder, 'out')).catch(() => [])).toEqual([]);
    expect(await stat(at(folder, 'out.txt')).catch(() => 'absent')).toBe('absent');
    expect(await stat('/tmp/casare-slip.txt').catch(() => 'absent')).toBe('absent');
  });

  it('because it holds more than 10,000 files is refused', async () => {
    const archive = new ZipFile();
    for (let i = 0; i <= 10_000; i++) archive.addBuffer(Buffer.alloc(0), `f${i}`, { compress: false });
    archive.end();
    const chunks: Buffer[] = [];
    for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
    await writeFile(at('many.zip'), Buffer.concat(chunks));
    expect(await bench.fail('files.unzip', { path: 'many.zip', folder: 'many' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  it('because its entries share the same bytes is refused', async () => {
    const zeros = Buffer.alloc(900_000);
    const entries = Array.from({ length: 200 }, (_none, i) => ({
      name: `f${i}`,
      content: zeros,
      sharedWith: i === 0 ? undefined : 0,
    }));
    await writeFile(at('overlap.zip'), buildZip(entries));
    expect(await bench.fail('files.unzip', { path: 'overlap.zip', folder: 'overlap' })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});
