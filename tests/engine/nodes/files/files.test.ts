import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;
const at = (...parts: string[]) => join(bench.folder, ...parts);
const put = async (path: string, content: string | Uint8Array) => {
  await mkdir(join(at(path), '..'), { recursive: true });
  await writeFile(at(path), content);
};

describe('files.read and files.write', () => {
  it.each(['utf-8', 'utf-8-bom', 'utf-16le', 'windows-1252'])('keep a text in %s', async (encoding) => {
    const content = 'Grüße — 5 € „hier“\r\nzwei\n';
    const written = await output('files.write', { path: `text-${encoding}.txt`, content, encoding });
    expect(written).toMatchObject({
      path: at(`text-${encoding}.txt`),
      size: (await stat(at(`text-${encoding}.txt`))).size,
    });
    const asked = encoding === 'windows-1252' ? encoding : 'auto';
    expect((await output('files.read', { path: `text-${encoding}.txt`, encoding: asked })).content).toBe(content);
  });

  it('give lines and Base64, and take them back', async () => {
    await output('files.write', { path: 'lines.txt', content: ['a', 'b'] });
    expect(await readFile(at('lines.txt'), 'utf8')).toBe('a\nb\n');
    expect((await output('files.read', { path: 'lines.txt', as: 'lines' })).content).toEqual(['a', 'b']);
    await output('files.write', { path: 'bytes.bin', content: '/wCA', from: 'base64' });
    expect((await output('files.read', { path: 'bytes.bin', as: 'base64' })).content).toBe('/wCA');
    await output('files.write', { path: 'data.json', content: { a: 1 } });
    expect(await readFile(at('data.json'), 'utf8')).toBe('{\n  "a": 1\n}');
  });

  it('refuse the wrong encoding, signs that do not exist in it and damaged Base64', async () => {
    await put('latin.txt', Uint8Array.of(0x47, 0xfc));
    expect(await bench.fail('files.read', { path: 'latin.txt' })).toMatchObject({ code: 'DATA_FORMAT' });
    expect((await output('files.read', { path: 'latin.txt', encoding: 'windows-1252' })).content).toBe('Gü');
    expect(await bench.fail('files.write', { path: 'x', content: '漢', encoding: 'windows-1252' })).toMatchObject({
      code: 'DATA_FORMAT',
    });
    expect(await bench.fail('files.write', { path: 'x', content: '{}', from: 'base64' })).toMatchObject({
      code: 'DATA_FORMAT',
    });
  });

  it('say what is missing, too large, a folder or there already', async () => {
    expect(await bench.fail('files.read', { path: 'none/at/all.txt' })).toMatchObject({
      code: 'FILE_NOT_FOUND',
      details: { path: 'none/at/all.txt' },
    });
    await put('big.bin', Buffer.alloc(1024 * 1024 + 1));
    expect(await bench.fail('files.read', { path: 'big.bin', as: 'base64', maxMegabytes: 1 })).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await mkdir(at('a-folder'), { recursive: true });
    expect(await bench.fail('files.read', { path: 'a-folder' })).toMatchObject({ code: 'FILE_ACCESS' });
    expect(await bench.fail('files.write', { path: 'a-folder', content: 'x' })).toMatchObject({ code: 'FILE_ACCESS' });
    await put('there.txt', 'old');
    expect(await bench.fail('files.write', { path: 'there.txt', content: 'new', overwrite: false })).toMatchObject({
      code: 'FILE_EXISTS',
    });
    expect(await readFile(at('there.txt'), 'utf8')).toBe('old');
  });

  it('leave nothing beside the file', async () => {
    await output('files.write', { path: 'alone/file.txt', content: 'x' });
    expect(await readdir(at('alone'))).toEqual(['file.txt']);
  });
});

describe('files.append', () => {
  it('adds lines and makes the file', async () => {
    await output('files.append', { path: 'log/a.txt', content: 'one' });
    expect(await output('files.append', { path: 'log/a.txt', content: 'two', newLine: false })).toMatchObject({
      size: 7,
    });
    expect(await readFile(at('log/a.txt'), 'utf8')).toBe('one\ntwo');
  });

  it('mixes no lines of steps that write at the same time', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_none, i) =>
        output('files.append', { path: 'log/b.txt', content: `${i}`.repeat(200) }),
      ),
    );
    const lines = (await readFile(at('log/b.txt'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(50);
    expect(lines.every((line) => new RegExp(`^(${Number(line.slice(0, line.length / 200))}){200}$`).test(line))).toBe(
      true,
    );
  });
});

describe('files.copy and files.move', () => {
  it('copy a file, and a folder with everything but links', async () => {
    await put('tree/a.txt', 'a');
    await put('tree/in/b.txt', 'b');
    await mkdir(at('tree/empty'));
    await symlink('/etc/passwd', at('tree/link'));
    expect(await output('files.copy', { from: 'tree/a.txt', to: 'copied/' })).toEqual({
      path: at('copied/a.txt'),
      files: 1,
    });
    expect(await output('files.copy', { from: 'tree', to: 'copy' })).toEqual({ path: at('copy'), files: 2 });
    expect((await readdir(at('copy'), { recursive: true })).toSorted()).toEqual([
      'a.txt',
      'empty',
      'in',
      join('in', 'b.txt'),
    ]);
    expect(await bench.fail('files.copy', { from: 'tree/a.txt', to: 'copy' })).toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('move and rename', async () => {
    await put('from.txt', 'content');
    expect(await output('files.move', { from: 'from.txt', to: 'moved/to.txt' })).toEqual({ path: at('moved/to.txt') });
    expect(await readFile(at('moved/to.txt'), 'utf8')).toBe('content');
    expect(await bench.fail('files.move', { from: 'from.txt', to: 'x.txt' })).toMatchObject({ code: 'FILE_NOT_FOUND' });
    await put('other.txt', 'other');
    expect(await bench.fail('files.move', { from: 'other.txt', to: 'moved/to.txt' })).toMatchObject({
      code: 'FILE_EXISTS',
    });
    await output('files.move', { from: 'other.txt', to: 'moved/to.txt', overwrite: true });
    expect(await readFile(at('moved/to.txt'), 'utf8')).toBe('other');
    expect(await output('files.move', { from: 'moved', to: 'renamed' })).toEqual({ path: at('renamed') });
  });

  it('find a move done that a crash kept from being recorded', async () => {
    await put('gone.txt', 'x');
    await output('files.move', { from: 'gone.txt', to: 'arrived.txt' });
    const kept = bench.checkpoints.at(-1);
    const again = await bench.run('files.move', { from: 'gone.txt', to: 'arrived.txt' }, { resumed: kept });
    expect(again.output).toEqual({ path: at('arrived.txt') });
  });
});

describe('files.delete', () => {
  it('deletes files and folders, and never the folder of the run', async () => {
    await put('bin/a.txt', 'a');
    expect(await bench.fail('files.delete', { path: 'bin' })).toMatchObject({ code: 'FILE_ACCESS' });
    expect(await output('files.delete', { path: 'bin', recursive: true })).toEqual({ deleted: true });
    expect(await output('files.delete', { path: 'bin' })).toEqual({ deleted: false });
    expect(await bench.fail('files.delete', { path: 'bin', ignoreMissing: false })).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    for (const path of ['.', 'bin/..', bench.folder])
      expect(await bench.fail('files.delete', { path, recursive: true })).toMatchObject({ code: 'FILE_ACCESS' });
  });

  it('deletes a link and not what it leads to', async () => {
    await put('target.txt', 'kept');
    await symlink(at('target.txt'), at('a-link'));
    await output('files.delete', { path: 'a-link' });
    expect(await readFile(at('target.txt'), 'utf8')).toBe('kept');
  });
});

describe('files.list, files.info and files.makeFolder', () => {
  it('list by pattern, kind and order', async () => {
    await put('list/b.PDF', 'bb');
    await put('list/a.pdf', 'a');
    await put('list/c.txt', 'ccc');
    await put('list/in/d.pdf', 'dddd');
    const names = async (params: Record<string, unknown>) =>
      (await output('files.list', { folder: 'list', ...params })).files.map(
        (file: { relative: string }) => file.relative,
      );
    expect(await names({ pattern: '*.pdf' })).toEqual(['a.pdf', 'b.PDF']);
    expect(await names({ pattern: '*.pdf, *.txt', sort: 'largest' })).toEqual(['c.txt', 'b.PDF', 'a.pdf']);
    expect(await names({ pattern: '**/*.pdf' })).toEqual(['a.pdf', 'b.PDF', 'in/d.pdf']);
    expect(await names({ recursive: true, limit: 2 })).toEqual(['a.pdf', 'b.PDF']);
    expect(await names({ kind: 'folders' })).toEqual(['in']);
    expect(await bench.fail('files.list', { folder: 'nowhere' })).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('are not hung by a pattern of stars', async () => {
    await put('stars/' + 'a'.repeat(200), 'x');
    const startedAt = performance.now();
    expect((await output('files.list', { folder: 'stars', pattern: `${'*a'.repeat(100)}*b` })).count).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('tell about a file, its checksum, and that it is missing', async () => {
    await put('info.txt', '');
    expect(await output('files.info', { path: 'info.txt', checksum: 'md5' })).toMatchObject({
      exists: true,
      checksum: 'd41d8cd98f00b204e9800998ecf8427e',
      info: { name: 'info.txt', extension: 'txt', size: 0, isFile: true, isFolder: false },
    });
    expect(await output('files.info', { path: 'missing/info.txt' })).toEqual({
      exists: false,
      info: null,
      checksum: null,
    });
  });

  it('make folders, once', async () => {
    expect(await output('files.makeFolder', { path: 'x/y/z' })).toEqual({ path: at('x/y/z'), created: true });
    expect(await output('files.makeFolder', { path: 'x/y/z' })).toMatchObject({ created: false });
  });
});

describe('files.waitFor', () => {
  it('waits until a file is there and no longer grows', async () => {
    const waiting = output('files.waitFor', { folder: 'incoming', pattern: '*.csv', everyMs: 50 });
    await put('incoming/a.csv', 'x');
    expect((await waiting).paths).toEqual([at('incoming/a.csv')]);
  });

  it('waits until it is gone, and ends when its time is up', async () => {
    expect((await output('files.waitFor', { folder: 'nowhere', until: 'gone' })).paths).toEqual([]);
    const error = await bench.fail('files.waitFor', { folder: 'nowhere', timeoutSeconds: 0.1, everyMs: 50 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT', retryable: true });
  });
});

describe('CSV', () => {
  const csv = async (name: string, content: string, params: Record<string, unknown> = {}) => {
    await put(name, content);
    return await output('files.readCsv', { path: name, ...params });
  };

  it.each([
    [',', 'a,b\n1,"x, y"\n'],
    [';', 'a;b\n1;x, y\n'],
    ['\t', 'a\tb\n1\tx, y\n'],
    ['|', 'a|b\n1|x, y\n'],
    [';', '\ufeffa;b\r\n1;"x, y"\r\n'],
    [',', 'a,b\n"1","x, y"'],
  ])('finds the separator %j', async (delimiter, content) => {
    expect(await csv('found.csv', content)).toEqual({
      rows: [{ a: '1', b: 'x, y' }],
      columns: ['a', 'b'],
      count: 1,
      delimiter,
    });
  });

  it('names columns that have no name, the same name, or stand beyond the header', async () => {
    expect((await csv('names.csv', 'a,,a\n1,2,3,4\n5\n')).rows).toEqual([
      { a: '1', column2: '2', a_2: '3', column4: '4' },
      { a: '5', column2: '', a_2: '', column4: '' },
    ]);
    expect((await csv('none.csv', '1,2\n', { hasHeader: false })).rows).toEqual([{ column1: '1', column2: '2' }]);
  });

  it('turns numbers into values and leaves what only looks like one', async () => {
    const [row] = (await csv('typed.csv', 'a,b,c,d,e\n-1.5,007,1e5,12345678901234567890,0\n', { typed: true })).rows;
    expect(row).toEqual({ a: -1.5, b: '007', c: '1e5', d: '12345678901234567890', e: 0 });
  });

  it('leaves out lines and rows, and says where quotes are wrong', async () => {
    expect((await csv('skip.csv', 'junk\n\na,b\n1,2\n3,4\n', { skipLines: 2, maxRows: 1 })).rows).toEqual([
      { a: '1', b: '2' },
    ]);
    await put('bad.csv', 'a,b\n1,"x\n2,3');
    expect(await bench.fail('files.readCsv', { path: 'bad.csv' })).toMatchObject({
      code: 'DATA_FORMAT',
      details: { path: 'bad.csv' },
    });
  });

  it('writes what it reads, with quotes, and harmless formulas', async () => {
    const rows = [
      { a: '=1+1', b: '-5', c: 'say "hi", ok', d: 'x\ny', e: null, f: { g: 1 } },
      { a: '@x', b: -5, c: ' pad ', d: '+49 30', e: true, f: [1] },
    ];
    expect(await output('files.writeCsv', { path: 'out.csv', rows })).toMatchObject({
      rows: 2,
      columns: ['a', 'b', 'c', 'd', 'e', 'f'],
    });
    expect(await readFile(at('out.csv'), 'utf8')).toBe(
      `a,b,c,d,e,f\n'=1+1,-5,"say ""hi"", ok","x\ny",,"{""g"":1}"\n'@x,-5," pad ",'+49 30,true,[1]\n`,
    );
    const back = await output('files.readCsv', { path: 'out.csv' });
    expect(back.rows[0]).toMatchObject({ c: 'say "hi", ok', d: 'x\ny' });
  });

  it('writes chosen columns with another separator, line end and mark', async () => {
    const params = {
      path: 'excel.csv',
      rows: [{ a: '1;2', b: 2 }],
      columns: ['b', 'a', 'z'],
      delimiter: ';',
      lineEnd: 'crlf',
      encoding: 'utf-8-bom',
      guardFormulas: false,
    };
    await output('files.writeCsv', params);
    expect(await readFile(at('excel.csv'), 'utf8')).toBe('\ufeffb;a;z\r\n2;"1;2";\r\n');
  });
});

describe('JSON and XML files', () => {
  it('are written and read', async () => {
    await output('files.writeJson', { path: 'a.json', data: { a: [1, null] } });
    expect(await readFile(at('a.json'), 'utf8')).toBe('{\n  "a": [\n    1,\n    null\n  ]\n}\n');
    expect(await output('files.readJson', { path: 'a.json' })).toEqual({ data: { a: [1, null] } });
    await put('a.xml', '<a x="1"><b>2</b></a>');
    expect(await output('files.readXml', { path: 'a.xml', lists: ['b'] })).toEqual({
      data: { a: { '@x': '1', b: ['2'] } },
    });
  });

  it('say which file is damaged and where', async () => {
    await put('bad.json', '{\n"a": }');
    const error = await bench.fail('files.readJson', { path: 'bad.json' });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { line: 2 } });
    expect(error.message).toContain('"bad.json" is not JSON');
  });
});
