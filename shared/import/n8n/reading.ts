import type { DraftScope } from '../draft.ts';
import { isRecord, type JsonRecord, listAt, valueAt } from '../json.ts';
import { literalExpression, literalText, memberOf } from '../literal-text.ts';
import { documentIdOf } from '../names.ts';
import type { ImportOutcome } from '../report.ts';
import { Untranslatable } from '../rewrite.ts';
import type { NodeReading } from './converter.ts';
import type { N8nNode } from './document.ts';
import { cutTemplate, type Surroundings, translateExpression, translateText } from './expressions.ts';
import { asList, asOne, type Flow } from '../flow.ts';
import { type Entrance, collect } from '../loops.ts';
import type { Walk } from './walk.ts';

/** What is told about a node while it is converted. */
export interface ReadingNotes {
  outcome: ImportOutcome;
  readonly texts: string[];
  /** Those that belong into the step itself. */
  readonly inStep: string[];
  add(text: string): void;
  tell(text: string): void;
}

export function openReading(walk: Walk, node: N8nNode, entrance: Entrance, inputs: readonly Flow[]) {
  const notes = openNotes();
  const around = surroundingsOf(walk, entrance, notes);
  const params: JsonRecord = node.parameters ?? {};
  const fail = (source: string, reason: string) => {
    notes.add(`Could not be translated: ${reason}`);
    return untranslated(source);
  };
  const translate = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const translated = translateText(value, around);
      return translated.ok ? translated.expression : fail(value.slice(1), translated.reason);
    }
    if (Array.isArray(value)) return value.map(translate);
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [literalText(key), translate(part)]));
    return value;
  };
  const expressionIn = (surroundings: Surroundings, value: unknown): string => {
    if (typeof value !== 'string' || !value.startsWith('=')) return literalExpression(value);
    const parts = cutTemplate(value.slice(1)).map((part) => {
      if (part.kind === 'text') return literalExpression(part.text);
      const translated = translateExpression(part.text, surroundings);
      if (!translated.ok) throw new Untranslatable(`{{ ${part.text.trim()} }}: ${translated.reason}`);
      return wrapped(translated.expression);
    });
    return parts.length === 1 ? (parts[0] ?? "''") : `[${parts.map((part) => `String(${part})`).join(', ')}].join('')`;
  };
  const reading: NodeReading = {
    node,
    params,
    version: node.typeVersion ?? 1,
    pinnedCount: listAt(walk.document.pinned, node.name).length,
    inputs,
    lent: (walk.document.lent.get(node.name) ?? []).flatMap(({ kind, name }) => {
      const lender = walk.nodeByName.get(name);
      return lender ? [{ kind, node: lender }] : [];
    }),
    item: around.item,
    list: around.list,
    translate,
    read(path, fallback) {
      const value = valueAt(params, ...path.split('.'));
      return value === undefined || value === '' || value === null ? fallback : translate(value);
    },
    expression: (value) => expressionIn(around, value),
    expressionOver: (name, value) =>
      expressionIn(
        {
          ...around,
          local: name,
          item: () => name,
          index: () => {
            throw new Untranslatable('$itemIndex has no counterpart here');
          },
        },
        value,
      ),
    itemsOf: (name) => around.ofNode(name, 'all'),
    workflowIdOf: (reference) => walk.workflowIds.get(reference) ?? documentIdOf(reference, 'workflow'),
    isImported: (reference) => walk.workflowIds.has(reference),
    partial: notes.add,
    tell: notes.tell,
    secret(field, credential) {
      const name = walk.draft.addVariable({
        name: variableFor(walk, credential, field),
        type: 'text',
        secret: true,
        description: `${field} of the credential "${credential}" in n8n. Credentials are not imported.`.slice(0, 2000),
      });
      notes.tell(`Fill in the secret variable "${name}" (credential "${credential}" in n8n).`);
      return `\${vars.${name}}`;
    },
    setting(field) {
      const name = walk.draft.addVariable({ name: variableFor(walk, node.name, field), type: 'text' });
      notes.tell(`Fill in the variable "${name}".`);
      return `\${vars.${name}}`;
    },
    input: (name) => void walk.draft.addInput({ name }),
  };
  return { reading, notes };
}

/** In brackets unless it is a plain name or path. */
function wrapped(expression: string): string {
  return /^[\w.?]+$/.test(expression) ? expression : `(${expression})`;
}

/** A field that holds this is an error for the validator, so that the step cannot run by accident, and shows what stood there. */
export function untranslated(source: string): string {
  return `\${/* n8n: ${source.replaceAll('*/', '* /').replaceAll('}', ')').replaceAll('{', '(').slice(0, 2000)} */}`;
}

const variables = new WeakMap<object, Map<string, string>>();

/** The same credential gives the same variable in all steps of a workflow. */
function variableFor(walk: Walk, owner: string, field: string): string {
  const known = variables.get(walk) ?? new Map<string, string>();
  variables.set(walk, known);
  const key = `${owner}\n${field}`;
  const name = known.get(key) ?? walk.draft.variableName(`${owner} ${field}`);
  known.set(key, name);
  return name;
}

function openNotes(): ReadingNotes {
  const notes: ReadingNotes = {
    outcome: 'converted',
    texts: [],
    inStep: [],
    add(text) {
      notes.outcome = 'partial';
      if (!notes.texts.includes(text)) {
        notes.texts.push(text);
        notes.inStep.push(`Import: ${text}`);
      }
    },
    tell(text) {
      if (!notes.texts.includes(text)) notes.texts.push(text);
    },
  };
  return notes;
}

function surroundingsOf(walk: Walk, entrance: Entrance, notes: ReadingNotes): Surroundings {
  const { book, converted, document } = walk;
  const loopOf = (name: string) => book.loops.get(entrance.scope)?.origins.has(name) === true;
  const isAround = (scope: DraftScope) => {
    for (let at: DraftScope | undefined = entrance.scope; at; at = at.parent) if (at === scope) return true;
    return false;
  };
  const find = (name: string) => {
    const found = converted.get(name);
    const out = found?.outputs[0];
    if (!found || !out) throw new Untranslatable(`the node "${name}" does not run before this one`);
    return { found, ...out };
  };
  return {
    zone: document.zone,
    member(expression, name) {
      const shape = book.shapes.get(expression);
      if (!shape) return undefined;
      if (shape.members && Object.hasOwn(shape.members, name)) return shape.members[name];
      return shape.base === undefined ? undefined : (this.member(shape.base, name) ?? shape.base + memberOf(name));
    },
    item: () => asOne(entrance.flow),
    list: () => asList(entrance.flow),
    index: () => (entrance.scope.parent ? 'index' : '0'),
    hasRun: (name) => `(steps.${find(name).found.steps[0]}.output !== undefined)`,
    ofNode(name, which) {
      const reached = find(name);
      const { found } = reached;
      // Of a loop that is still running, the item it is at.
      const inside = found.outputs.find((out) => out.exit.scope.owner === found.steps[0] && isAround(out.exit.scope));
      const { exit, flow } = inside ?? reached;
      if (!isAround(exit.scope)) {
        if (which === 'all')
          return asList(collect(book, { node: name, converted: found, output: 0 }, commonAround(exit.scope, isAround)));
        if (/\b(item|index)\b/.test(flow.expression))
          throw new Untranslatable(`"${name}" runs in a loop that has ended`);
        notes.add(`Reads "${name}" behind its loop: that is what the last pass gave.`);
        return asOne(flow);
      }
      if (/\b(item|index)\b/.test(flow.expression) && exit.scope !== entrance.scope)
        throw new Untranslatable(`the item of "${name}" cannot be seen from inside another loop`);
      if (which === 'all') return asList(flow);
      if (flow.kind !== 'list') return flow.expression;
      if (which === 'last') return `last(${flow.expression})`;
      if (which === 'item' && loopOf(name)) return 'item';
      return `${flow.expression}[0]`;
    },
  };
}

function commonAround(scope: DraftScope, isAround: (scope: DraftScope) => boolean): DraftScope {
  let at = scope;
  while (!isAround(at) && at.parent) at = at.parent;
  return at;
}
