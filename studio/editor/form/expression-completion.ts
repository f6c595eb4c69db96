import { FUNCTIONS, type CatalogIndex, type VaultNames } from '@casare/shared';
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { EditorDocument } from '../store/editor-document.ts';
import { titleOf } from '../edits/new-node.ts';
import type { PreviewData } from './preview-scope.ts';

export interface CompletionFacts {
  document: EditorDocument;
  catalog: CatalogIndex;
  data: PreviewData;
  /** Credentials and assets, once they are known. */
  names: VaultNames | undefined;
}

const ROOTS: readonly [label: string, detail: string][] = [
  ['vars', 'variables of the workflow'],
  ['steps', 'outputs of steps that ran before'],
  ['input', 'inputs of the run'],
  ['item', 'the item of the loop'],
  ['index', 'number of the round, from 0'],
  ['error', 'the error that was caught'],
  ['run', 'this run: id, startedAt'],
  ['env', 'allowed environment values'],
  ['credentials', 'passwords, tokens and keys, by name'],
  ['assets', 'values that workflows share, by name'],
];

/** A chain of plain names up to the cursor, the last one perhaps unfinished: `steps.login.output.us`. */
const CHAIN = /[A-Za-z_$][\w$]*(?:(?:\?\.|\.)[\w$]*|\[\d+\])*$/;

/** A completion that goes on with newer facts, so that the editor needs not be made again with every run. */
export function createCompletion(facts: CompletionFacts): {
  source: CompletionSource;
  update(facts: CompletionFacts): void;
} {
  let newest = facts;
  return {
    source: expressionCompletion(() => newest),
    update: (next) => {
      newest = next;
    },
  };
}

/** Names, real data of the last run and functions, wherever an expression is being typed. */
function expressionCompletion(facts: () => CompletionFacts): CompletionSource {
  return (context) => {
    if (!insideExpression(context)) return null;
    const before = context.state.doc.sliceString(Math.max(0, context.pos - 400), context.pos);
    const chain = CHAIN.exec(before)?.[0] ?? '';
    const dot = chain.lastIndexOf('.');
    if (dot === -1) return rootCompletions(context, chain, facts());
    const path = chain.slice(0, dot).replaceAll('?', '').split('.').flatMap(splitIndexes);
    return {
      from: context.pos - (chain.length - dot - 1),
      options: memberCompletions(path, facts()),
      validFor: /^[\w$]*$/,
    };
  };
}

function splitIndexes(part: string): string[] {
  return part.split(/[[\]]/).filter(Boolean);
}

function insideExpression({ state, pos }: CompletionContext): boolean {
  const before = state.doc.sliceString(0, pos);
  const open = before.lastIndexOf('${');
  return open !== -1 && !before.slice(open).includes('}');
}

function rootCompletions(context: CompletionContext, word: string, { data }: CompletionFacts): CompletionResult | null {
  if (word === '' && !context.explicit && !/[{(,\s[]$/.test(context.state.doc.sliceString(0, context.pos))) return null;
  const functions = FUNCTIONS.filter((entry) => !/^[a-z]+\./.test(entry.name)).map(
    (entry): Completion => ({
      label: entry.name,
      type: 'function',
      detail: entry.signature,
      info: `${entry.description}\n${entry.example}`,
      boost: -1,
    }),
  );
  const variables = Object.keys(data.vars).map(
    (name): Completion => ({ label: `vars.${name}`, type: 'variable', detail: sample(data.vars[name]) }),
  );
  const roots = ROOTS.map(([label, detail]): Completion => ({ label, type: 'namespace', detail, boost: 2 }));
  return { from: context.pos - word.length, options: [...roots, ...variables, ...functions], validFor: /^[\w$]*$/ };
}

function memberCompletions(path: string[], facts: CompletionFacts): Completion[] {
  const { document, catalog, data } = facts;
  const [root, second] = path;
  if (root === 'credentials' || root === 'assets') return vaultCompletions(root, path, facts.names);
  if (root === 'vars' && path.length === 1) {
    const names = new Set([...document.head.variables.map((variable) => variable.name), ...Object.keys(data.vars)]);
    return [...names].map((name) => ({ label: name, type: 'variable', detail: sample(data.vars[name]) }));
  }
  if (root === 'input' && path.length === 1) {
    return document.head.inputs.map(({ name, type, description }) => ({
      label: name,
      type: 'variable',
      detail: type,
      info: description,
    }));
  }
  if (root === 'steps' && path.length === 1) {
    return Object.values(document.nodes.byId).map((node) => ({
      label: node.id,
      type: 'class',
      detail: titleOf(node, catalog),
      info: data.outputs.has(node.id) ? sample(data.outputs.get(node.id), 400) : 'No data yet: run the workflow once.',
    }));
  }
  if (root === 'steps' && second !== undefined && path.length === 2) {
    return [
      { label: 'output', type: 'property', detail: sample(data.outputs.get(second)) },
      { label: 'error', type: 'property', detail: 'when the step failed' },
    ];
  }
  const value = readPath(path, data);
  const fromSchema = root === 'steps' && second !== undefined ? schemaFields(second, path.slice(3), facts) : [];
  const known = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  const fields = known.map(
    ([name, item]): Completion => ({ label: name, type: 'property', detail: sample(item), boost: 2 }),
  );
  const names = new Set(known.map(([name]) => name));
  return [...fields, ...fromSchema.filter((field) => !names.has(field.label)), ...methods(value)];
}

/** Names, then the fields of a credential; what is in them nobody sees. */
function vaultCompletions(
  root: 'credentials' | 'assets',
  path: readonly string[],
  names: VaultNames | undefined,
): Completion[] {
  if (path.length === 1)
    return (names?.[root] ?? []).map(({ name, kind }) => ({
      label: name,
      type: 'class',
      detail: kind,
      ...(name.includes('-') && { apply: inBrackets }),
    }));
  if (path.length > 2 || root === 'assets') return [];
  const fields = names?.credentials.find(({ name }) => name === path[1])?.fieldNames ?? [];
  return fields.map((label) => ({ label, type: 'property' }));
}

/** In place of the dot before it, which such a name cannot follow. */
const inBrackets: Exclude<Completion['apply'], string | undefined> = (view, { label }, from, to) => {
  view.dispatch({ changes: { from: from - 1, to, insert: `['${label}']` } });
};

function readPath(path: string[], data: PreviewData): unknown {
  let value: unknown;
  let rest = path;
  if (path[0] === 'steps') [value, rest] = [data.outputs.get(path[1] ?? ''), path.slice(3)];
  else if (path[0] === 'vars') [value, rest] = [data.vars, path.slice(1)];
  else return undefined;
  for (const key of rest) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Fields that the type of the step promises, known before it ever ran. */
function schemaFields(nodeId: string, path: readonly string[], { document, catalog }: CompletionFacts): Completion[] {
  const node = document.nodes.byId[nodeId];
  let schema = (node && catalog.get(node.type)?.output) as { properties?: Record<string, object> } | undefined;
  for (const key of path) schema = schema?.properties?.[key] as typeof schema;
  return Object.entries(schema?.properties ?? {}).map(([label, field]) => {
    const { type } = field as { type?: unknown };
    return { label, type: 'property', detail: typeof type === 'string' ? type : '' };
  });
}

function methods(value: unknown): Completion[] {
  const kind =
    typeof value === 'string' ? 'text.' : Array.isArray(value) ? 'list.' : typeof value === 'number' ? 'number.' : '';
  if (kind === '') return [];
  return FUNCTIONS.filter((entry) => entry.name.startsWith(kind)).map((entry) => ({
    label: entry.name.slice(kind.length),
    type: 'method',
    detail: entry.signature,
    info: `${entry.description}\n${entry.example}`,
  }));
}

function sample(value: unknown, most = 40): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
