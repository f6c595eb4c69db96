import type { NodeDescriptor } from '../shared/node-descriptor.ts';
import { readCatalog } from './catalog.ts';

type JsonSchema = Record<string, unknown>;

/** `docs/nodes.md`: what every node type does, takes and gives. */
export async function generateNodePage(): Promise<string> {
  const { nodes } = await readCatalog();
  const categories = [...Map.groupBy(nodes, (node) => node.category)];
  return [
    '# Node types',
    '',
    'Generated from the node types by `npm run generate`; do not edit. How to write one: [write-a-node.md](write-a-node.md).',
    '',
    ...categories.map(([category, members]) => `- [${category}](#${category}) (${members.length})`),
    '',
    ...categories.flatMap(([category, members]) => [`## ${category}`, '', ...members.flatMap(describe)]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function describe(node: NodeDescriptor): string[] {
  const ports = [...node.outputs.map((port) => `\`${port.id}\``)];
  if (node.dynamicOutputs) ports.push(`one per \`${node.dynamicOutputs.param}\``);
  const fields = Object.keys((node.output['properties'] as JsonSchema | undefined) ?? {});
  return [
    `### \`${node.type}\` — ${node.title}`,
    '',
    node.description,
    '',
    `Effect: ${node.effect}.${ports.length > 0 ? ` Ports: ${ports.join(', ')}.` : ''}${fields.length > 0 ? ` Output: ${fields.map((field) => `\`${field}\``).join(', ')}.` : ''}`,
    '',
    ...parameterTable(node.params),
  ];
}

function parameterTable(params: JsonSchema): string[] {
  const properties = Object.entries((params['properties'] as Record<string, JsonSchema> | undefined) ?? {});
  if (properties.length === 0) return [];
  const required = (params['required'] as string[] | undefined) ?? [];
  return [
    '| parameter | what it is | values | default |',
    '|---|---|---|---|',
    ...properties.map(([name, schema]) => {
      const about = [schema['title'], schema['description']].filter(Boolean).join('. ');
      const initial =
        schema['default'] === undefined ? (required.includes(name) ? 'required' : '') : code(schema['default']);
      return `| \`${name}\` | ${cell(about)} | ${cell(valuesOf(schema))} | ${initial} |`;
    }),
    '',
  ];
}

function valuesOf(schema: JsonSchema): string {
  const unit = typeof schema['unit'] === 'string' ? ` (${schema['unit']})` : '';
  if (Array.isArray(schema['enum'])) return schema['enum'].map(code).join(', ');
  const type = Array.isArray(schema['type']) ? schema['type'].join(' or ') : schema['type'];
  return `${typeof type === 'string' ? type : 'any'}${unit}`;
}

function code(value: unknown): string {
  return `\`${cell(typeof value === 'string' ? value || '""' : JSON.stringify(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
