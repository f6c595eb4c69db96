import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startSshd } from '../../../support/servers/sshd.ts';
import { startVsftpd } from '../../../support/servers/vsftpd.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { writeTree } from '../../../support/write-tree.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const makeTempFolder = prepareTempFolders('transfer');
const sshFolder = await makeTempFolder();
const [ssh, ftp, ftps, implicit] = await Promise.all([
  startSshd(await makeTempFolder()),
  startVsftpd(await makeTempFolder()),
  startVsftpd(await makeTempFolder(), 'explicit'),
  startVsftpd(await makeTempFolder(), 'implicit'),
]);

interface Kind {
  account: Record<string, unknown>;
  /** The folder of the tests as the server calls it, and where it is on this machine. */
  root: string;
  local: string;
}

const ftpAccount = ({ port, user, password, certificate }: typeof ftp, protocol: string) => ({
  protocol,
  host: 'localhost',
  port,
  user,
  password,
  certificate,
});
const kinds: [string, Kind][] = [
  [
    'SFTP',
    {
      account: {
        protocol: 'sftp',
        host: 'localhost',
        port: ssh.port,
        user: ssh.user,
        privateKey: ssh.privateKey,
        hostKey: ssh.fingerprint,
      },
      root: sshFolder,
      local: sshFolder,
    },
  ],
  ['FTP', { account: ftpAccount(ftp, 'ftp'), root: '/files', local: ftp.folder }],
  ['FTPS', { account: ftpAccount(ftps, 'ftps'), root: '/files', local: ftps.folder }],
  ['implicit FTPS', { account: ftpAccount(implicit, 'ftpsImplicit'), root: '/files', local: implicit.folder }],
];

beforeAll(async () => {
  await writeTree(bench.folder, {
    'letter.txt': 'Dear Ada',
    'tree/a.csv': '1,2',
    'tree/notes.txt': 'x',
    'tree/deep er/ä b.csv': '3,4',
  });
});

describe.each(kinds)('%s', (name, { account, root, local }) => {
  const run = async (type: string, params: Record<string, unknown>, overrides = {}) =>
    (await bench.run(`transfer.${type}`, { ...account, ...params }, overrides)).output;
  const fail = (type: string, params: Record<string, unknown>) =>
    bench.fail(`transfer.${type}`, { ...account, ...params });

  it('brings a file there and back, making the folders on the way', async () => {
    const up = await run('upload', { from: 'letter.txt', to: `${root}/in coming/2026/` });
    expect(up).toMatchObject({ count: 1, bytes: 8, files: [{ path: `${root}/in coming/2026/letter.txt`, size: 8 }] });
    expect(await readFile(join(local, 'in coming', '2026', 'letter.txt'), 'utf8')).toBe('Dear Ada');
    const down = await run('download', { from: `${root}/in coming/2026/letter.txt`, to: `back/${name}.txt` });
    expect(await readFile(down.path, 'utf8')).toBe('Dear Ada');
    expect(await readdir(join(local, 'in coming', '2026'))).toEqual(['letter.txt']);
  });

  it('brings whole folders there and back, and lists them', async () => {
    const up = await run('upload', { from: 'tree', to: `${root}/tree`, pattern: '*.csv' });
    expect(up.count).toBe(2);
    const { files } = await run('list', { folder: `${root}/tree`, recursive: true, kind: 'all' });
    expect(
      files.map(({ relative, kind, size }: Record<string, unknown>) =>
        kind === 'file' ? [relative, size] : [relative],
      ),
    ).toEqual([['a.csv', 3], ['deep er'], ['deep er/ä b.csv', 3]]);
    const down = await run('download', { from: `${root}/tree`, to: `tree-${name}` });
    expect(down.count).toBe(2);
    expect(await readFile(join(bench.folder, `tree-${name}`, 'deep er', 'ä b.csv'), 'utf8')).toBe('3,4');
  });

  it('overwrites, keeps, compares times or refuses, as asked', async () => {
    const to = `${root}/rules/letter.txt`;
    const server = join(local, 'rules', 'letter.txt');
    await run('upload', { from: 'letter.txt', to });
    await writeFile(server, 'changed there');
    expect(await run('upload', { from: 'letter.txt', to, overwrite: 'never' })).toMatchObject({ count: 0, skipped: 1 });
    expect(await fail('upload', { from: 'letter.txt', to, overwrite: 'fail' })).toMatchObject({ code: 'FILE_EXISTS' });
    await utimes(server, new Date(Date.now() + 3_600_000), new Date(Date.now() + 3_600_000));
    expect(await run('upload', { from: 'letter.txt', to, overwrite: 'newer' })).toMatchObject({ skipped: 1 });
    expect(await readFile(server, 'utf8')).toBe('changed there');
    const down = { from: to, to: `rules-${name}.txt` };
    await run('download', down);
    expect(await run('download', { ...down, overwrite: 'newer' })).toMatchObject({ count: 1 });
    await utimes(server, new Date('2020-01-01'), new Date('2020-01-01'));
    expect(await run('download', { ...down, overwrite: 'newer' })).toMatchObject({ skipped: 1 });
    expect(await fail('download', { ...down, overwrite: 'fail' })).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await run('upload', { from: 'letter.txt', to, overwrite: 'newer' })).toMatchObject({ count: 1 });
    await run('upload', { from: 'letter.txt', to });
    expect(await readFile(server, 'utf8')).toBe('Dear Ada');
  });

  it('goes on where an interrupted upload of the same step ended', async () => {
    const content = Buffer.alloc(3_000_000, 'abcdefghij');
    await writeFile(join(bench.folder, 'large.bin'), content);
    const folder = join(local, `resumed ${name}`);
    const abort = new AbortController();
    const given = { from: 'large.bin', to: `${root}/resumed ${name}/large.bin` };
    const overrides = {
      effectKey: `upload ${name}`,
      signal: abort.signal,
      progress: (done: number) => done > 0 && abort.abort(new Error('cancelled by a person')),
    };
    await expect(run('upload', given, overrides)).rejects.toThrow('cancelled by a person');
    // The server may still be writing what had arrived.
    const part = await waitFor(async () => (await readdir(folder)).find((file) => file.endsWith('.part')));
    expect(await readdir(folder)).toEqual([part]);
    await writeFile(join(folder, part), Buffer.concat([Buffer.from('KEPT'), content.subarray(4, 1_000_000)]));
    await run('upload', given, { effectKey: `upload ${name}` });
    expect(await readdir(folder)).toEqual(['large.bin']);
    const arrived = await readFile(join(folder, 'large.bin'));
    // What was there was not sent again, and the rest is right.
    expect(arrived.subarray(0, 4).toString()).toBe('KEPT');
    expect(arrived.subarray(4).equals(content.subarray(4))).toBe(true);
  });

  it('moves and renames, and notices that it has been done', async () => {
    await run('upload', { from: 'letter.txt', to: `${root}/move/` });
    const given = { from: `${root}/move/letter.txt`, to: `${root}/done/letter 1.txt` };
    expect(await run('move', given)).toEqual({ path: `${root}/done/letter 1.txt` });
    expect(await run('move', given, { resumed: bench.checkpoints.at(-1) })).toEqual({
      path: `${root}/done/letter 1.txt`,
    });
    expect(await fail('move', given)).toMatchObject({ code: 'FILE_NOT_FOUND' });
    await run('upload', { from: 'letter.txt', to: `${root}/move/` });
    expect(await fail('move', given)).toMatchObject({ code: 'FILE_EXISTS' });
    await run('move', { ...given, overwrite: true });
    expect(await readdir(join(local, 'move'))).toEqual([]);
  });

  it('tells of a file, deletes, makes and removes folders, twice without harm', async () => {
    expect(await run('makeFolder', { path: `${root}/made/deep` })).toMatchObject({ created: true });
    expect(await run('makeFolder', { path: `${root}/made/deep` })).toMatchObject({ created: false });
    await run('upload', { from: 'letter.txt', to: `${root}/made/deep/` });
    const found = await run('info', { path: `${root}/made/deep/letter.txt` });
    expect(found).toMatchObject({ exists: true, kind: 'file', size: 8 });
    const { mtime } = await stat(join(local, 'made', 'deep', 'letter.txt'));
    expect(Math.abs(Date.parse(found.modifiedAt) - mtime.getTime())).toBeLessThan(2000);
    expect(await run('info', { path: `${root}/made/nothing` })).toMatchObject({ exists: false, size: null });
    expect(await fail('removeFolder', { path: `${root}/made` })).toMatchObject({ code: 'FILE_EXISTS' });
    expect((await run('delete', { path: `${root}/made/deep`, pattern: '*.txt' })).count).toBe(1);
    expect((await run('delete', { path: `${root}/made/deep/letter.txt` })).count).toBe(0);
    await run('upload', { from: 'letter.txt', to: `${root}/made/deep/` });
    expect(await run('removeFolder', { path: `${root}/made`, withContent: true })).toMatchObject({ removed: true });
    expect(await run('removeFolder', { path: `${root}/made` })).toMatchObject({ removed: false });
  });

  it('says what is wrong', async () => {
    expect(await fail('download', { from: `${root}/nothing.txt` })).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await fail('list', { folder: `${root}/nothing` })).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await fail('delete', { path: `${root}/a\r\nDELE b` })).toMatchObject({ code: 'TRANSFER_FAILED' });
    expect(await fail('list', { user: 'stranger', password: 'wrong', privateKey: '' })).toMatchObject({
      code: 'SIGN_IN_FAILED',
      retryable: false,
    });
    expect(await fail('list', { port: 1 })).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
    expect(await fail('list', { host: '169.254.169.254' })).toMatchObject({ details: { denied: true } });
    expect(await fail('download', { from: `${root}/rules/letter.txt`, to: '../outside.txt' })).toMatchObject({
      code: 'FILE_ACCESS',
    });
    // And the connection serves on.
    await mkdir(join(local, 'still here'), { recursive: true });
    expect((await run('info', { path: `${root}/still here` })).kind).toBe('folder');
  });
});

describe('certificates', () => {
  it.each(['FTPS', 'implicit FTPS'])('%s trusts nobody it does not know, unless told to', async (name) => {
    const { account, root } = Object.fromEntries(kinds)[name] as Kind;
    const unknown = { ...account, certificate: '', folder: root };
    expect(await bench.fail('transfer.list', unknown)).toMatchObject({ code: 'CONNECTION_FAILED', retryable: false });
    expect(
      (await bench.run('transfer.list', { ...unknown, verifyTls: false, kind: 'all' })).output.count,
    ).toBeGreaterThan(0);
  });
});
