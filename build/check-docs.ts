import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { ERROR_CODES } from '../shared/errors.ts';
import { listFiles } from './source-files.ts';

const run = promisify(execFile);

/** Every `code` without a heading in docs/errors.md, and every heading that is no code any more. */
export function compareErrorCodes(codes: readonly string[], page: string): string[] {
  const documented = [...page.matchAll(/^#{2,4} `?([A-Z][A-Z0-9_]+)`?\s*$/gm)].map((match) => match[1] ?? '');
  return [
    ...codes
      .filter((code) => !documented.includes(code))
      .map((code) => `docs/errors.md has no section "### ${code}", but shared/errors.ts has the code: describe it`),
    ...documented
      .filter((code) => !codes.includes(code))
      .map(
        (code) =>
          `docs/errors.md describes ${code}, which is not in ERROR_CODES of shared/errors.ts: remove the section`,
      ),
  ];
}

/** Relative links and pictures that lead nowhere, and anchors that the target page does not have. */
export function findDeadLinks(root: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) => {
    const text = withoutCode(readFileSync(join(root, page), 'utf8'));
    const links = [
      ...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g),
      ...text.matchAll(/(?:src|href)="([^"]+)"/g),
    ];
    return links.flatMap((match) => {
      const link = match[1] ?? '';
      if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return [];
      const fault = checkLink(root, page, link);
      return fault ? [`${page}:${lineOf(text, match.index)} the link "${link}" ${fault}`] : [];
    });
  });
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function checkLink(root: string, page: string, link: string): string | undefined {
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (target.startsWith('..')) return 'leaves the repository';
  if (!existsSync(join(root, target))) return 'leads nowhere';
  if (!anchor || !target.endsWith('.md') || statSync(join(root, target)).isDirectory()) return undefined;
  return anchorsOf(readFileSync(join(root, target), 'utf8')).includes(anchor)
    ? undefined
    : `has no heading for "#${anchor}"`;
}

function anchorsOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** Fenced code keeps its lines, so that line numbers stay right. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ''));
}

/** Places that exist only where somebody wrote the file: home folders, this checkout, a private package registry. */
export function findMachineTraces(text: string, own: readonly string[]): { line: number; found: string }[] {
  const general = [
    /\/(?:home|Users)\/[a-z][\w.-]*\//,
    /\/root\/[\w.-]+/,
    /[A-Z]:\\+Users\\+[\w.-]+/i,
    /"resolved":\s*"https?:/,
  ];
  return text.split('\n').flatMap((content, index) => {
    const found =
      general.map((pattern) => pattern.exec(content)?.[0]).find(Boolean) ??
      own.find((trace) => content.includes(trace));
    return found ? [{ line: index + 1, found }] : [];
  });
}

/** What must not stand in a file because it is true on this machine alone. */
async function ownTraces(root: string): Promise<string[]> {
  const { stdout } = await run('npm', ['config', 'get', 'registry'], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  const registry = URL.canParse(stdout.trim()) ? new URL(stdout.trim()).host : '';
  const conventional = /^\/(app|opt|srv|usr)(\/|$)/;
  // A short path such as "/app" is what a Dockerfile may rightly say.
  const checkout = root.split(/[\\/]/).length > 2 && !conventional.test(root) ? [root] : [];
  const home = homedir().length > '/root'.length ? [homedir()] : [];
  return [...checkout, ...home, ...(registry ? [registry] : [])];
}

const notText = /\.(png|ico|jpe?g|gif|woff2?|pdf|xlsx|zip|gz|node|exe)$/;

async function checkDocs(root: string): Promise<string[]> {
  const files = listFiles(root);
  const own = await ownTraces(root);
  const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('examples/sites/'));
  const errorsPage = join(root, 'docs/errors.md');
  const traces = files
    .filter((file) => !notText.test(file))
    .flatMap((file) =>
      findMachineTraces(readFileSync(join(root, file), 'utf8'), own).map(
        ({ line, found }) => `${file}:${line} names a place of one machine ("${found}"): say it without`,
      ),
    );
  return [
    ...compareErrorCodes(Object.keys(ERROR_CODES), existsSync(errorsPage) ? readFileSync(errorsPage, 'utf8') : ''),
    ...findDeadLinks(root, pages),
    ...traces,
  ];
}

if (import.meta.main) {
  const faults = await checkDocs(dirname(import.meta.dirname));
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
