import { Visitor, parseSync } from 'vite';

export interface FoundImport {
  readonly specifier: string;
  readonly line: number;
}

/**
 * Everything a file reaches for by name: imports, re-exports, `import()`, `import('…').Type`, `require('…')`,
 * `require.resolve`, `import.meta.resolve` and `new URL('./x', import.meta.url)`.
 */
export function findImports(file: string, text: string): { imports: FoundImport[]; fault?: string } {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error) return { imports: [], fault: error.message };
  const imports: FoundImport[] = [];
  const add = (node: unknown) => {
    const literal = asText(node);
    if (literal) imports.push({ specifier: literal.value, line: text.slice(0, literal.start).split('\n').length });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression: (node) => {
      const callee = text.slice(node.callee.start, node.callee.end);
      if (/^(require|require\.resolve|import\.meta\.resolve)$/.test(callee)) add(node.arguments[0]);
    },
    NewExpression: (node) => {
      const base = node.arguments[1];
      const isUrl = text.slice(node.callee.start, node.callee.end) === 'URL';
      const ownBase = base && text.slice(base.start, base.end) === 'import.meta.url';
      // `new URL('worker.ts', import.meta.url)` is relative too, with or without the dot.
      const literal = isUrl && ownBase ? asText(node.arguments[0]) : undefined;
      if (literal) add({ ...literal, value: literal.value.startsWith('.') ? literal.value : `./${literal.value}` });
    },
  }).visit(program);
  return { imports };
}

function asText(node: unknown): { type: 'Literal'; value: string; start: number } | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node) || !('start' in node)) return undefined;
  const start = Number(node.start);
  if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string') {
    return { type: 'Literal', value: node.value, start };
  }
  if (node.type !== 'TemplateLiteral' || !('quasis' in node) || !Array.isArray(node.quasis)) return undefined;
  // A template with a hole is checked by its fixed beginning: `../../engine/nodes/${name}.ts` still names the engine.
  const [first] = node.quasis as { value: { raw: string } }[];
  return first ? { type: 'Literal', value: first.value.raw, start } : undefined;
}
