import type { Expression, Identifier, MemberExpression } from 'acorn';
import { type Link, type Place, findLocal, refuse, sourceOf } from './context.ts';
import { NAMESPACE_CONSTANTS, NAMESPACES } from './functions/registry.ts';
import { type Eval, LIMITS, fail } from './limits.ts';
import { ROOTS, type RootAccess, rootAccess } from './roots.ts';
import { SHORT, isRefusedName, readDynamic, readOwn, typeName } from './values.ts';

/** A whole chain at once. In a `?.` chain a missing part is SHORT until the chain ends. */
export function compileMember(node: MemberExpression, place: Place): Eval {
  const links: Link[] = [];
  let base: Expression = node;
  while (base.type === 'MemberExpression') {
    const link = readLink(base, place);
    if (link === undefined || base.object.type === 'Super') return () => undefined;
    links.push(link);
    if (links.length > LIMITS.chainTerms) return refuse(place, node, 'The chain is too long.');
    base = base.object;
  }
  links.reverse();
  if (base.type === 'Identifier' && findLocal(place, base.name) === undefined) {
    if (ROOTS.has(base.name)) return compileRootChain(base, links, place);
    const constant = namespaceConstant(base, links);
    if (constant !== undefined) return () => constant;
    if (NAMESPACES.has(base.name)) {
      return refuse(
        place,
        node,
        `'${sourceOf(place, node)}' is not available. The reference lists what ${base.name} has.`,
      );
    }
  }
  return compileLinks(place.compile(base, { ...place, depth: place.depth + 1 }), base, links, place, 'is missing');
}

function namespaceConstant(base: Identifier, links: Link[]): number | undefined {
  const only = links.length === 1 ? links[0]?.key : undefined;
  return only === undefined ? undefined : NAMESPACE_CONSTANTS.get(`${base.name}.${only}`);
}

function readLink(node: MemberExpression, place: Place): Link | undefined {
  const property = node.property;
  const link = { node, optional: node.optional === true, key: undefined, dynamic: undefined };
  if (property.type === 'PrivateIdentifier') {
    refuse(place, property, 'Private names are not allowed.');
    return undefined;
  }
  if (!node.computed && property.type === 'Identifier') return checkedKey({ ...link, key: property.name }, place);
  if (property.type === 'Literal' && (typeof property.value === 'string' || typeof property.value === 'number')) {
    return checkedKey({ ...link, key: property.value }, place);
  }
  return { ...link, dynamic: property };
}

function checkedKey(link: Link & { key: string | number }, place: Place): Link | undefined {
  if (!isRefusedName(String(link.key))) return link;
  refuse(place, link.node, `The name '${link.key}' is not allowed in an expression.`);
  return undefined;
}

/** A chain that starts at `vars`, `steps`, `item` … */
function compileRootChain(base: Identifier, links: Link[], place: Place): Eval {
  const access: RootAccess | undefined = rootAccess(base, links, place);
  if (access === undefined) return () => undefined;
  const rest = links.slice(access.used);
  const from = access.used === 0 ? base : (links[access.used - 1] as Link).node;
  return compileLinks(access.read, from, rest, place, access.whenMissing);
}

function compileLinks(first: Eval, firstNode: Expression, links: Link[], place: Place, whenMissing: string): Eval {
  let read = first;
  let before: Expression = firstNode;
  let why = whenMissing;
  let at = 0;
  while (at < links.length) {
    const link = links[at] as Link;
    if (link.dynamic !== undefined) {
      read = dynamicLink(read, link.dynamic, place, missing(place, before, link, why));
      at += 1;
    } else {
      let end = at;
      while (end < links.length && (links[end] as Link).dynamic === undefined) end += 1;
      read = constantLinks(read, before, links.slice(at, end), place, why);
      at = end;
    }
    before = (links[at - 1] as Link).node;
    why = 'is missing';
  }
  return read;
}

type Missing = (value: unknown) => unknown;

/** What reading a property of null or undefined does: end the optional chain, or fail with a sentence. */
function missing(place: Place, before: Expression, link: Link, why: string): Missing {
  if (link.optional) return () => SHORT;
  const path = sourceOf(place, link.node);
  const owner = sourceOf(place, before);
  const name = link.key === undefined ? '[…]' : String(link.key);
  const reason = why === 'is missing' ? `${owner} is missing` : why;
  return (value) => fail(`${path}: '${name}' of ${typeName(value)} — ${reason}`, { at: path });
}

function dynamicLink(base: Eval, key: Expression, place: Place, onMissing: Missing): Eval {
  const readKey = place.compile(key, { ...place, depth: place.depth + 1 });
  return (scope, run) => {
    const value = base(scope, run);
    if (value === SHORT) return SHORT;
    if (value === null || value === undefined) return onMissing(value);
    return readDynamic(value, readKey(scope, run));
  };
}

/** Constant keys are unrolled up to three: most references are that short, and a loop would double their cost. */
function constantLinks(base: Eval, before: Expression, links: Link[], place: Place, why: string): Eval {
  const keys = links.map(({ key }) => key as string | number);
  const faults = links.map((link, i) =>
    missing(place, i === 0 ? before : (links[i - 1] as Link).node, link, i === 0 ? why : 'is missing'),
  );
  const [k0, k1, k2] = keys as [string | number, string | number, string | number];
  const [f0, f1, f2] = faults as [Missing, Missing, Missing];
  if (keys.length === 1) {
    return (scope, run) => {
      const a = base(scope, run);
      return a === null || a === undefined ? f0(a) : readOwn(a, k0);
    };
  }
  if (keys.length === 2) {
    return (scope, run) => {
      const a = base(scope, run);
      if (a === null || a === undefined) return f0(a);
      const b = readOwn(a, k0);
      return b === null || b === undefined ? f1(b) : readOwn(b, k1);
    };
  }
  if (keys.length === 3) {
    return (scope, run) => {
      const a = base(scope, run);
      if (a === null || a === undefined) return f0(a);
      const b = readOwn(a, k0);
      if (b === null || b === undefined) return f1(b);
      const c = readOwn(b, k1);
      return c === null || c === undefined ? f2(c) : readOwn(c, k2);
    };
  }
  return (scope, run) => {
    let value = base(scope, run);
    for (let i = 0; i < keys.length; i++) {
      if (value === null || value === undefined) return (faults[i] as Missing)(value);
      value = readOwn(value, keys[i] as string | number);
    }
    return value;
  };
}
