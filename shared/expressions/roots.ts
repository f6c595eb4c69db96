import type { Identifier } from 'acorn';
import { type Link, type Place, refuse, sourceOf } from './context.ts';
import { type Eval, charge } from './limits.ts';
import type { ExpressionScope } from './scope.ts';
import { checkName, readOwn } from './values.ts';

export const ROOTS: ReadonlySet<string> = new Set([
  'vars',
  'steps',
  'input',
  'item',
  'index',
  'error',
  'run',
  'env',
  'credentials',
  'assets',
]);

type RecordRoot = 'vars' | 'input' | 'run' | 'env';

/** How a chain starts: what to read, how many links that took, and the words for "nothing there". */
export interface RootAccess {
  read: Eval;
  used: number;
  whenMissing: string;
}

export function rootAccess(base: Identifier, links: Link[], place: Place): RootAccess | undefined {
  place.unit.readsScope = true;
  switch (base.name) {
    case 'steps':
      return stepAccess(base, links, place);
    case 'item':
      place.unit.usesItem = true;
      return { read: (scope) => scope.item, used: 0, whenMissing: "there is no 'item' here; it exists inside a loop" };
    case 'index':
      place.unit.usesItem = true;
      return {
        read: (scope) => scope.index,
        used: 0,
        whenMissing: "there is no 'index' here; it exists inside a loop",
      };
    case 'error':
      place.unit.usesError = true;
      return {
        read: (scope) => scope.error,
        used: 0,
        whenMissing: "there is no 'error' here; it exists in the catch part of a try",
      };
    case 'credentials':
    case 'assets':
      return vaultAccess(base.name, base, links, place);
    default:
      return recordAccess(base.name as RecordRoot, links, place);
  }
}

function recordAccess(root: RecordRoot, links: Link[], place: Place): RootAccess {
  const first = links[0];
  if (first === undefined) return { read: copyRecord(root, place), used: 0, whenMissing: '' };
  if (first.key === undefined) return { read: recordReader(root), used: 0, whenMissing: `${root} is missing` };
  const key = String(first.key);
  if (root === 'vars') place.unit.vars.add(key);
  if (root === 'input') place.unit.input.add(key);
  return { read: fieldReader(root, key), used: 1, whenMissing: whenFieldMissing(root, key) };
}

function whenFieldMissing(root: RecordRoot, key: string): string {
  switch (root) {
    case 'vars':
      return `the variable '${key}' has no value here`;
    case 'input':
      return `the input '${key}' was not given`;
    case 'env':
      return `the environment value '${key}' is not set or not allowed`;
    case 'run':
      return `run has no '${key}'`;
  }
}

/** One closure per root, so that each reads a fixed property of the scope. */
function fieldReader(root: RecordRoot, key: string): Eval {
  switch (root) {
    case 'vars':
      return (scope) => readOwn(scope.vars, key);
    case 'input':
      return (scope) => readOwn(scope.input, key);
    case 'run':
      return (scope) => readOwn(scope.run, key);
    case 'env':
      return (scope) => readOwn(scope.env, key);
  }
}

function recordReader(root: RecordRoot): Eval {
  return (scope) => scope[root];
}

/** `vars` on its own is a copy: the engine's own object never leaves the evaluation. */
function copyRecord(root: RecordRoot, place: Place): Eval {
  place.unit.counted = true;
  return (scope: ExpressionScope, run) => {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(scope[root])) {
      charge(run, 1);
      copy[checkName(key)] = readOwn(scope[root], key);
    }
    return copy;
  };
}

/** The name is written out, so that a run is given what its workflow names and nothing else. */
function vaultAccess(
  root: 'credentials' | 'assets',
  base: Identifier,
  links: Link[],
  place: Place,
): RootAccess | undefined {
  const first = links[0];
  if (typeof first?.key !== 'string') {
    const form = root === 'credentials' ? 'credentials.<name>.<field>' : 'assets.<name>';
    refuse(place, first?.node ?? base, `The name must be written out: ${form} or ${root}['name'].`);
    return undefined;
  }
  const { key } = first;
  place.unit[root].add(key);
  const whenMissing = `${root === 'credentials' ? 'the credential' : 'the asset'} '${key}' is not available here`;
  return { read: (scope) => readOwn(scope[root], key), used: 1, whenMissing };
}

/** `steps.<id>.output` and `steps['node id'].error` become a slot now, so that nothing is looked up by name later. */
function stepAccess(base: Identifier, links: Link[], place: Place): RootAccess | undefined {
  const [idLink, partLink] = links;
  if (idLink === undefined || partLink === undefined) {
    refuse(place, idLink?.node ?? base, "Write steps.<step id>.output or steps['step id'].output.");
    return undefined;
  }
  if (typeof idLink.key !== 'string') {
    refuse(place, idLink.node, "The step must be written out: steps.<step id> or steps['step id'].");
    return undefined;
  }
  if (partLink.key !== 'output' && partLink.key !== 'error') {
    refuse(place, partLink.node, `A step has 'output' and 'error': write steps.${idLink.key}.output.`);
    return undefined;
  }
  const slot = place.unit.options.stepSlot(idLink.key);
  if (slot < 0) {
    refuse(place, idLink.node, `There is no step '${idLink.key}' (${sourceOf(place, idLink.node)}).`, 'UNKNOWN_STEP');
    return undefined;
  }
  place.unit.steps.add(idLink.key);
  if (partLink.key === 'output') {
    const whenMissing = `the step '${idLink.key}' has no output here`;
    return { read: (scope) => scope.stepOutput(slot), used: 2, whenMissing };
  }
  return { read: (scope) => scope.stepError(slot), used: 2, whenMissing: `the step '${idLink.key}' did not fail` };
}
