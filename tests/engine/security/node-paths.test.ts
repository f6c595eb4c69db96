import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { builtinNodes, describeNode } from '@casare/engine';
import { AppError } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../nodes/http/test-server.ts';
import { openNodeBench } from '../nodes/run-one.ts';

const bench = await openNodeBench();
const server = await startTestServer((_request, response) =>
  response.end('{"choices":[{"message":{"content":"{}"}}],"data":[{"index":0,"embedding":[1,2]}]}'),
);
const secret = 'secret of the machine';
const outside = join(dirname(bench.folder), `outside-${process.pid}`);

type Schema = Record<string, unknown>;
interface PathParam {
  type: string;
  param: string;
  isList: boolean;
}

/** Parameters that hold paths of this machine, by their widget; lists of them by their name. */
const pathParams: PathParam[] = builtinNodes.flatMap((node) =>
  Object.entries(describeNode(node).params['properties'] as Record<string, Schema>).flatMap(([param, schema]) => {
    const isFile = schema['x-widget'] === 'file' || schema['x-widget'] === 'folder';
    const isList = param === 'files' && schema['type'] === 'array';
    return isFile || isList ? [{ type: node.type, param, isList }] : [];
  }),
);

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const contents: Record<string, string | Buffer> = {
  '.png': png,
  '.jpg': png,
  '.json': '{"a":1}',
  '.xml': '<a/>',
  '.yaml': 'a: 1',
  '.csv': 'a,b\n1,2\n',
  '.eml': 'From: a@example.com\r\nSubject: s\r\n\r\ntext',
};

/** Files as the examples of the nodes name them, so that a step gets as far as its second path. */
async function makeInput(path: string): Promise<void> {
  const at = join(bench.folder, path);
  await mkdir(dirname(at), { recursive: true });
  const kind = extname(path);
  if (kind === '.pdf' && path.includes('form')) await writeFile(at, await formPdf());
  else if (kind === '.pdf') await bench.run('pdf.create', { path, text: 'a', overwrite: true });
  else if (kind === '.xlsx') await bench.run('excel.write', { path, rows: [{ a: 1 }] });
  else if (kind === '.zip') {
    await writeFile(join(bench.folder, 'zipped.txt'), 'z');
    await bench.run('files.zip', {
      files: ['zipped.txt'],
      path,
      from: 'zipped.txt',
      target: path,
      source: 'zipped.txt',
    });
  } else if (kind !== '') await writeFile(at, contents[kind] ?? 'text');
}

async function formPdf(): Promise<Uint8Array> {
  const { PDFDocument } = await import('pdf-lib');
  const document = await PDFDocument.create();
  const page = document.addPage();
  for (const name of ['name', 'customer', 'date', 'total', 'amount'])
    document.getForm().createTextField(name).addToPage(page);
  document.getForm().createCheckBox('agree').addToPage(page);
  return await document.save();
}

function literal(value: unknown): boolean {
  return typeof value !== 'string' || !value.includes('${');
}

async function prepare({ type, param, isList }: PathParam): Promise<Record<string, unknown>> {
  const node = builtinNodes.find((one) => one.type === type);
  const schema = describeNode(node as NonNullable<typeof node>).params['properties'] as Record<string, Schema>;
  const example = Object.fromEntries(
    Object.entries(node?.examples[0]?.params ?? {}).filter(([, value]) => literal(value)),
  );
  const shown = Object.fromEntries(
    Object.entries((schema[param]?.['x-show-if'] as Schema | undefined) ?? {}).map(([name, wanted]) => [
      name,
      Array.isArray(wanted) ? (wanted[0] as unknown) : wanted,
    ]),
  );
  const params: Record<string, unknown> = { ...example, ...shown };
  for (const name of Object.keys(schema)) {
    if (/^(url|baseUrl|endpoint|webhookUrl)$/.test(name)) params[name] = server.url;
    else if (/^(host|smtpHost|imapHost)$/.test(name)) params[name] = '127.0.0.1';
  }
  for (const other of pathParams.filter((one) => one.type === type && one.param !== param)) {
    const given = params[other.param];
    for (const one of Array.isArray(given) ? given : [given])
      if (typeof one === 'string' && literal(one)) await makeInput(one).catch(() => undefined);
  }
  const usual = [params[param]].flat()[0];
  const kind = typeof usual === 'string' ? extname(usual) : '';
  const path = join(outside, `secret${kind || (type.startsWith('image.') ? '.png' : '.txt')}`);
  await writeFile(path, secret);
  params[param] = isList ? [path, path] : path;
  return params;
}

beforeAll(async () => {
  await mkdir(outside, { recursive: true });
  await bench.run('browser.open', {});
});
afterAll(() => rm(outside, { recursive: true, force: true }));

/** What a step needs besides its example before it gets to the path; a browser stands open on an empty page. */
const needs: Record<string, Record<string, unknown>> = {
  'http.request': { method: 'POST' },
  'messaging.telegramSend': { botToken: '1:a', chatId: '1' },
  'messaging.whatsapp': { accessToken: 'a', phoneNumberId: '1', to: '+491701234567' },
  'ai.remember': { provider: 'own' },
  'ai.search': { provider: 'own' },
  'ai.answer': { provider: 'own' },
  'mail.saveAttachments': { mails: 1, host: '127.0.0.1', port: 1, timeoutMs: 1000 },
  'browser.download': { target: '#none', timeoutMs: 200 },
  'browser.click': { target: '#none', timeoutMs: 200 },
};

/** Steps that ask a server, or a page, before they touch the file: here only that nothing is read or written. */
const asksFirst = new Set([
  'database.query.path',
  'mail.get.saveAs',
  'mail.saveAttachments.saveTo',
  'mail.parse.saveTo',
  'transfer.download.to',
  'browser.download.path',
]);

/** All of these go through one place, engine/nodes/browser/failure-picture.ts; one of them stands for all. */
const asks = ({ type, param }: PathParam) => asksFirst.has(`${type}.${param}`) || type.startsWith('desktop.');
const isPictureOfFailure = ({ type, param }: PathParam) => param === 'screenshotOnFail' && type !== 'browser.click';

describe('a path outside the folders of the run', () => {
  it('is asked for by more than 90 parameters', () => {
    expect(pathParams.filter((one) => !isPictureOfFailure(one)).length).toBeGreaterThan(90);
  });

  it.each(pathParams.filter((one) => !isPictureOfFailure(one)))('is refused by $type as $param', async (one) => {
    const params = { ...(await prepare(one)), ...needs[one.type] };
    bench.logs.length = 0;
    const outcome = await bench.run(one.type, params).then(
      ({ output }) => JSON.stringify(output),
      (error: unknown) => {
        if (error instanceof AppError || asks(one)) return String((error as AppError).code);
        throw error;
      },
    );
    expect(outcome).not.toContain(secret);
    // A picture that cannot be kept is told in the log, beside the failure it is of.
    const told = one.param === 'screenshotOnFail' ? JSON.stringify(bench.logs) : outcome;
    expect(told).toMatch(one.param === 'screenshotOnFail' ? /outside/ : asks(one) ? /./ : /^FILE_ACCESS$/);
    for (const file of await readdir(outside)) expect(await readFile(join(outside, file), 'utf8')).toBe(secret);
  });
});
