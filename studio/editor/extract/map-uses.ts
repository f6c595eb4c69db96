import { type CatalogIndex, findRoots, type RootUse, type WorkflowNode } from '@casare/shared';
import { mapExpressions } from '../store/step-references.ts';

/** Parameters with what is read in them replaced; those taken as they stand are left alone. */
export function mapParams(
  catalog: CatalogIndex,
  node: WorkflowNode,
  replace: (use: RootUse) => string | undefined,
): WorkflowNode['params'] {
  const properties = (catalog.get(node.type)?.params['properties'] ?? {}) as Record<string, { 'x-raw'?: boolean }>;
  return Object.fromEntries(
    Object.entries(node.params).map(([key, value]) => [
      key,
      properties[key]?.['x-raw'] ? value : mapUses(value, replace),
    ]),
  );
}

/** `replace` gives what stands for a thing that is read, or undefined to leave it. */
export function mapUses<T>(value: T, replace: (use: RootUse) => string | undefined): T {
  return mapExpressions(value, (braced) => {
    const source = braced.slice(2, -1);
    const uses = findRoots(source);
    if (!uses) return braced;
    let result = '';
    let at = 0;
    for (const use of uses.sort((a, b) => a.start - b.start)) {
      const next = replace(use);
      if (next === undefined) continue;
      result += source.slice(at, use.start) + (use.shorthand ? `${use.root}: ${next}` : next);
      at = use.end;
    }
    return `\${${result}${source.slice(at)}}`;
  });
}
