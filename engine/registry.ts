import { AppError, type CatalogIndex, type NodeDescriptor, type Port, type Workflow } from '@casare/shared';
import { z } from 'zod';
import type { NodeDefinition } from './define-node.ts';

/** The node types a program may use. */
export interface Registry {
  get(type: string): NodeDefinition | undefined;
  /** The same types as the studio and the orchestrator see them. */
  readonly catalog: CatalogIndex;
  /** Those of them that a document uses: describing all takes a tenth of a second. */
  catalogOf(document: Workflow): CatalogIndex;
  readonly all: readonly NodeDefinition[];
}

const defaultInputs: readonly Port[] = [{ id: 'in', title: 'In', kind: 'flow' }];
const defaultOutputs: readonly Port[] = [{ id: 'out', title: 'Out', kind: 'flow' }];

/** Throws NODE_DUPLICATE when two definitions claim the same type. */
export function createRegistry(definitions: readonly NodeDefinition[]): Registry {
  const byType = new Map<string, NodeDefinition>();
  const described = new Map<string, NodeDescriptor>();
  for (const definition of definitions) {
    if (byType.has(definition.type)) {
      throw new AppError(
        'NODE_DUPLICATE',
        `Two packs register the node type "${definition.type}". Remove one of the packs, or rename the type in it.`,
        { details: { type: definition.type } },
      );
    }
    byType.set(definition.type, definition);
  }

  function describe(definition: NodeDefinition): NodeDescriptor {
    let descriptor = described.get(definition.type);
    if (descriptor === undefined) {
      descriptor = describeNode(definition);
      described.set(definition.type, descriptor);
    }
    return descriptor;
  }

  return {
    get: (type) => byType.get(type),
    get catalog() {
      return new Map([...byType].map(([type, definition]) => [type, describe(definition)]));
    },
    catalogOf(document) {
      const used = new Map<string, NodeDescriptor>();
      for (const { type } of document.nodes) {
        const definition = byType.get(type);
        if (definition !== undefined && !used.has(type)) used.set(type, describe(definition));
      }
      return used;
    },
    all: [...byType.values()],
  };
}

/** The JSON form of a node type: what the catalog holds. */
export function describeNode(definition: NodeDefinition): NodeDescriptor {
  if (definition.descriptor) return definition.descriptor;
  const { dynamicOutputs } = definition;
  return {
    type: definition.type,
    version: definition.version,
    title: definition.title,
    category: definition.category,
    icon: definition.icon,
    description: definition.description,
    synonyms: [...(definition.synonyms ?? [])],
    inputs: [...(definition.inputs ?? defaultInputs)],
    outputs: [...(definition.outputs ?? defaultOutputs)],
    ...(dynamicOutputs ? { dynamicOutputs: { ...dynamicOutputs } } : {}),
    params: jsonSchemaOf(definition.params, 'input'),
    output: jsonSchemaOf(definition.output, 'output'),
    capabilities: [...(definition.capabilities ?? [])],
    effect: definition.effect,
    ...(definition.container ? { container: definition.container } : {}),
  };
}

/** Titles, defaults and form hints of `.meta` are kept; what JSON Schema cannot say is left open. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
