import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { type ImportRules, importRules } from './import-rules.ts';
import { type FoundImport, findImports } from './find-imports.ts';
import { listFiles } from './source-files.ts';

const code = /\.(ts|tsx|mts|mjs|js|jsx)$/;
const counted = /\.(ts|tsx|mts|mjs|js|jsx|css|sql|sh|ps1|c|nsi)$/;
const list = 'build/import-rules.ts';

/** Every broken rule of the tree under `root`, as `file:line message` saying which list to change if the rule is wrong. */
export function checkImports(root: string, rules: ImportRules = importRules): string[] {
  return listFiles(root)
    .filter((file) => counted.test(file) && !file.startsWith('examples/'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...checkName(file, rules), ...checkLength(file, text, rules), ...checkFile(file, text, rules)];
    });
}

function checkName(file: string, rules: ImportRules): string[] {
  const parts = file.split('/');
  const name = parts.at(-1) ?? '';
  const stems = [...parts.slice(0, -1), name.replace(/\..*$/, '')];
  const banned = stems.find((stem) => rules.bannedNames.includes(stem));
  if (banned) {
    return [`${file}:1 "${banned}" says nothing: name it for what it does (bannedNames in ${list})`];
  }
  const shape = name.endsWith('.tsx')
    ? /^([A-Z][A-Za-z0-9]*|[a-z0-9]+(-[a-z0-9]+)*)(\.[a-z0-9-]+)*$/
    : /^[a-z0-9]+([-.][a-z0-9]+)*$/;
  if (code.test(name) && !shape.test(name)) {
    return [`${file}:1 file names are kebab-case (a component in .tsx is PascalCase): rename it`];
  }
  return [];
}

function checkLength(file: string, text: string, rules: ImportRules): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= rules.maxLines || rules.longFiles.some((entry) => entry.file === file)) return [];
  return [
    `${file}:1 has ${lines} lines, ${rules.maxLines} are allowed: split it by verb (or longFiles in ${list}, with a reason)`,
  ];
}

function checkFile(file: string, text: string, rules: ImportRules): string[] {
  const from = folderOf(file, rules);
  if (!code.test(file) || !from) return [];
  const parsed = findImports(file, text);
  if (parsed.fault) return [`${file}:1 cannot be parsed: ${parsed.fault}`];
  return parsed.imports.flatMap((found) => {
    const fault = checkImport(file, from, found, rules);
    return fault ? [`${file}:${found.line} ${fault}`] : [];
  });
}

function checkImport(file: string, from: string, found: FoundImport, rules: ImportRules): string | undefined {
  const { specifier } = found;
  if (specifier.startsWith('.')) return checkRelative(file, from, specifier, rules);
  if (specifier.startsWith('@casare/')) return checkPackage(from, specifier, rules);
  return checkExternal(from, specifier, rules);
}

function checkRelative(file: string, from: string, specifier: string, rules: ImportRules): string | undefined {
  const target = posix.join(posix.dirname(file), specifier.replace(/[?#].*$/, ''));
  const to = folderOf(target, rules);
  if (!to || to === from || rules.data.some((entry) => entry.file === target)) return undefined;
  if (mayImport(from, rules) === '*') return undefined;
  if (!allows(from, to, rules)) return refusal(from, to, rules);
  if (packageOf(from) === packageOf(to)) return undefined;
  return `imports a file of ${packageOf(to)} ("${specifier}"): import "@casare/${packageOf(to)}" and export the name from its index.ts`;
}

function checkPackage(from: string, specifier: string, rules: ImportRules): string | undefined {
  const [, name = '', ...inside] = specifier.split('/');
  if (!rules.folders.some((rule) => rule.folder === name)) return `"${specifier}" is no package of this repository`;
  if (inside.length > 0)
    return `"${specifier}" goes round the door: import "@casare/${name}" and export the name from its index.ts`;
  if (name === packageOf(from)) return `inside ${name} import the file itself, not "${specifier}"`;
  return allows(from, name, rules) ? undefined : refusal(from, name, rules);
}

function checkExternal(from: string, specifier: string, rules: ImportRules): string | undefined {
  const builtin = isBuiltin(specifier);
  const bare = builtin ? `node:${specifier.replace(/^node:/, '').split('/')[0]}` : packageName(specifier);
  for (const rule of rules.externals) {
    if (!rule.packages.includes(bare) && !(builtin && rule.packages.includes('node:*'))) continue;
    const everywhere = rule.onlyIn?.length === 0;
    const free = mayImport(from, rules) === '*' && !everywhere;
    const out = rule.onlyIn && !rule.onlyIn.some((folder) => within(from, folder));
    const never = rule.neverIn?.some((folder) => within(from, folder));
    if (!free && (out || never)) return `${from} may not import "${specifier}": ${rule.reason} (externals in ${list})`;
  }
  return undefined;
}

function refusal(from: string, to: string, rules: ImportRules): string {
  const reason = rules.folders.find((rule) => rule.folder === from)?.reason;
  return `${from} may not import ${to}: ${from} ${reason ? `– ${reason}` : ''} (folders in ${list})`;
}

function allows(from: string, to: string, rules: ImportRules): boolean {
  const allowed = mayImport(from, rules);
  return allowed === '*' || from === to || allowed.includes(to);
}

function mayImport(from: string, rules: ImportRules): readonly string[] | '*' {
  return rules.folders.find((rule) => rule.folder === from)?.mayImport ?? [];
}

function folderOf(file: string, rules: ImportRules): string | undefined {
  // A tool's configuration (vite.config.ts, …) stands in a package but is no part of the product.
  if (/(^|\/)[a-z0-9.-]+\.config\.[mc]?[jt]s$/.test(file)) return 'build';
  const folders = rules.folders.map((rule) => rule.folder).filter((folder) => within(file, folder));
  return folders.sort((a, b) => b.length - a.length)[0];
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function packageOf(folder: string): string {
  return folder.split('/')[0] ?? folder;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

if (import.meta.main) {
  const faults = checkImports(join(import.meta.dirname, '..'));
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
