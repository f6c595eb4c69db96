import { compileValue } from './expressions/index.ts';
import type { CatalogIndex, NodeDescriptor } from './node-descriptor.ts';
import type { Workflow } from './workflow.ts';

/** What a document names: the credentials and assets in its expressions, and the workflows that it calls in place. */
export interface UsedNames {
  credentials: string[];
  assets: string[];
  /** Ids of documents; `*` where the id is an expression, so that it may be any. */
  calls: string[];
}

/** Every name in the expressions of a document. Steps that are switched off count too: they can be switched on. */
export function usedNames(workflow: Workflow, catalog: CatalogIndex): UsedNames {
  const credentials = new Set<string>();
  const assets = new Set<string>();
  const calls = new Set<string>();
  const read = (value: unknown) => {
    const compiled = compileValue(value, { stepSlot: () => 0 });
    if (!compiled.ok) return;
    for (const name of compiled.expression.references.credentials) credentials.add(name);
    for (const name of compiled.expression.references.assets) assets.add(name);
  };
  for (const node of workflow.nodes) {
    const descriptor = catalog.get(node.type);
    for (const [param, value] of Object.entries(node.params)) if (!isRawParam(descriptor, param)) read(value);
    if (node.type === 'workflow.call') calls.add(calledBy(node.params['workflowId']));
  }
  for (const output of workflow.outputs) read(output.value);
  return { credentials: [...credentials].sort(), assets: [...assets].sort(), calls: [...calls].sort() };
}

function calledBy(id: unknown): string {
  return typeof id === 'string' && !id.includes('${') ? id : '*';
}

/** Whether a parameter is text for another language, never read as an expression. */
export function isRawParam(descriptor: NodeDescriptor | undefined, param: string): boolean {
  const properties = descriptor?.params.properties as Record<string, { 'x-raw'?: boolean }> | undefined;
  return properties?.[param]?.['x-raw'] === true;
}
