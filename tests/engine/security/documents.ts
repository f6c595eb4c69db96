import {
  AppError,
  type CatalogIndex,
  catalogWithPacks,
  readWorkflow,
  validateWorkflow,
  type Workflow,
} from '@casare/shared';
import fc from 'fast-check';

/** Documents as people break them: right in parts, with anything in the place of the rest. */
export function anyDocument(catalog: CatalogIndex): fc.Arbitrary<unknown> {
  const types = [...catalog.keys()];
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'start', '__proto__', 'constructor', 'toString', 'hasOwnProperty');
  const junk = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(null, '', '${', '${vars.', '${constructor}', -1, 1e308, [], {}, '\0', '\ud800'),
  );
  const or = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 60, arbitrary: arb }, { weight: 1, arbitrary: junk });
  const params = fc.dictionary(
    fc.constantFrom('text', 'value', 'items', 'url', 'branches', 'cases', '__proto__', 'message', 'retry'),
    or(junk),
    { maxKeys: 4 },
  );
  const node = fc.record(
    {
      id: or(id),
      type: or(fc.constantFrom(...types, 'no.such', '__proto__', '')),
      version: or(fc.constantFrom(1, 2, 99)),
      params: or(params),
      onError: or(fc.constantFrom('stop', 'continue', 'port')),
      retry: or(fc.record({ attempts: fc.integer({ min: 1, max: 100 }) })),
    },
    { requiredKeys: ['id', 'type'] },
  );
  const port = fc.constantFrom('out', 'body', 'error', 'true', 'in', 'branch1', '__proto__');
  const edge = fc.record({
    id: or(fc.string({ maxLength: 4 }).map((text) => `e${text.replace(/[^a-z0-9]/gi, '')}`)),
    from: or(fc.record({ node: id, port })),
    to: or(fc.record({ node: id, port })),
  });
  const names = fc.constantFrom('a', 'b', '__proto__', 'constructor');
  const kept = fc.array(or(fc.record({ name: names, default: junk }, { requiredKeys: ['name'] })), { maxLength: 3 });
  const given = fc.array(or(fc.record({ name: names, value: junk })), { maxLength: 3 });
  return fc.record(
    {
      schemaVersion: fc.oneof({ weight: 20, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: junk }),
      id: or(fc.constant('doc')),
      name: or(fc.constant('Document')),
      nodes: or(fc.array(or(node), { maxLength: 6 })),
      edges: or(fc.array(or(edge), { maxLength: 8 })),
      variables: or(kept),
      inputs: or(kept),
      outputs: or(given),
      settings: or(fc.constant({})),
    },
    { requiredKeys: ['schemaVersion', 'id', 'name', 'nodes', 'edges'] },
  );
}

/** What reading and checking a document comes to; everything but typed problems and our own errors is thrown on. */
export function checkDocument(document: unknown, catalog: CatalogIndex): 'refused' | 'problems' | 'sound' {
  validateWorkflow(document, catalog);
  let workflow: Workflow;
  try {
    workflow = readWorkflow(document);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'WORKFLOW_INVALID' || error.code === 'WORKFLOW_NEWER'))
      return 'refused';
    throw error;
  }
  const problems = validateWorkflow(workflow, catalogWithPacks(workflow, catalog));
  for (const { code, message, path } of problems)
    if (typeof code !== 'string' || message === '' || typeof path !== 'string')
      throw new Error(`a problem without words: ${code}`);
  return problems.some(({ severity }) => severity === 'error') ? 'problems' : 'sound';
}

/** Reachability and cycles by the shortest way to write them down, to hold against the real ones. */
export function oracle(nodes: readonly { id: string }[], edges: readonly (readonly [string, string])[]) {
  const ids = new Set(nodes.map(({ id }) => id));
  const next = (id: string) => edges.filter(([from, to]) => from === id && ids.has(to)).map(([, to]) => to);
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const todo = next(from);
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      todo.push(...next(id));
    }
    return seen;
  };
  return {
    reachable: new Set(['start', ...reach('start')]),
    hasCycle: [...ids].some((id) => reach(id).has(id)),
  };
}
