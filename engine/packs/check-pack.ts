import { ERROR_CODES, type NodeDescriptor } from '@casare/shared';
import { z } from 'zod';
import type { FoundPack } from './find-packs.ts';
import { outputSchemaOf, paramsSchemaOf } from './json-params.ts';
import type { DescribedNode } from './pack-messages.ts';

const mostNodes = 500;

/** Everything that is wrong with the nodes of a pack, one sentence each; empty when it can be used. */
export function checkPack(pack: FoundPack, nodes: readonly DescribedNode[], builtin: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  if (nodes.length === 0) faults.push('it has no nodes');
  if (nodes.length > mostNodes) faults.push(`it has ${nodes.length} nodes; ${mostNodes} are allowed`);
  const families = new Set([...builtin].map((type) => type.split('.')[0]));
  if (families.has(pack.prefix))
    faults.push(`its prefix "${pack.prefix}" belongs to the product; choose another with "casare": { "prefix": … }`);
  const seen = new Set<string>();
  for (const node of nodes.slice(0, mostNodes)) {
    const { type } = node.descriptor;
    if (seen.has(type)) faults.push(`${type}: there are two of it`);
    seen.add(type);
    faults.push(...nodeFaults(pack, node).map((fault) => `${type}: ${fault}`));
  }
  return faults;
}

function nodeFaults(pack: FoundPack, { descriptor, examples }: DescribedNode): string[] {
  const faults: string[] = [];
  if (!new RegExp(`^${pack.prefix}\\.[a-z][a-zA-Z0-9]{0,63}$`).test(descriptor.type))
    faults.push(`its type must be "${pack.prefix}." and a name of letters and digits`);
  if (descriptor.title.trim() === '') faults.push('it has no title');
  if (descriptor.description.trim() === '') faults.push('it has no description');
  if (descriptor.container !== undefined) faults.push('only the engine has containers');
  if (descriptor.outputs.some((port) => port.kind === 'body')) faults.push('only containers have body ports');
  if (descriptor.outputs.length === 0 && !descriptor.dynamicOutputs) faults.push('it has no port to leave by');
  const ports = descriptor.outputs.map((port) => port.id);
  if (new Set(ports).size < ports.length) faults.push('two ports have the same id');
  if (JSON.stringify(descriptor).length > 200_000) faults.push('its description is over 200 kB');
  faults.push(...schemaFaults(descriptor, examples));
  return faults;
}

function schemaFaults(descriptor: NodeDescriptor, examples: DescribedNode['examples']): string[] {
  const faults: string[] = [];
  let params: z.ZodObject;
  try {
    params = paramsSchemaOf(descriptor.params);
  } catch (error) {
    return [`its params are no JSON Schema of an object: ${messageOf(error)}`];
  }
  try {
    outputSchemaOf(descriptor.output);
  } catch (error) {
    faults.push(`its output is no JSON Schema: ${messageOf(error)}`);
  }
  for (const [name, schema] of Object.entries(
    (descriptor.params['properties'] ?? {}) as Record<string, { title?: unknown }>,
  ))
    if (typeof schema.title !== 'string') faults.push(`the parameter "${name}" has no title`);
  if (examples.length === 0) faults.push('it has no example');
  for (const example of examples) {
    if (Object.values(example.params).some((value) => typeof value === 'string' && value.includes('${'))) continue;
    const parsed = params.safeParse(example.params);
    if (!parsed.success)
      faults.push(`its example "${example.title}" does not fit its params: ${z.prettifyError(parsed.error)}`);
  }
  return faults;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A code that a pack may use for its own failures. */
export function isPackErrorCode(code: string | undefined): code is keyof typeof ERROR_CODES {
  return code !== undefined && Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL';
}
