import { type CompileOptions, type CompileResult, compilePrefix, finish } from './compile.ts';
import { type Unit, addProblem, createUnit } from './context.ts';
import { type Eval, LIMITS } from './limits.ts';
import { joinText } from './operators.ts';
import { findClosingBrace, parseExpressionPrefix } from './parse.ts';
import { frozenCopy, isRefusedName } from './values.ts';

export interface TemplatePart {
  kind: 'text' | 'expression';
  /** For a text what it becomes (`\${` is `${`), for an expression the source between the braces. */
  text: string;
  /** Place in the template, for an expression with its `${` and `}`. */
  start: number;
  end: number;
}

/** Cuts a template into texts and expressions, also when an expression is wrong; for highlighting and completion. */
export function parseTemplateParts(text: string): TemplatePart[] {
  return cutTemplate(text, (source) => {
    const parsed = parseExpressionPrefix(source);
    return parsed.ok ? parsed.end : undefined;
  });
}

/** Compiles a text with any number of `${…}`. A single `${…}` and nothing else gives the raw value. */
export function compileTemplate(text: string, options: CompileOptions): CompileResult {
  const unit = createUnit(options);
  return finish(unit, compileText(text, unit));
}

/** Compiles every text inside a JSON value. Parts without expressions are frozen and shared between evaluations. */
export function compileValue(value: unknown, options: CompileOptions): CompileResult {
  const unit = createUnit(options);
  return finish(unit, compilePart(value, unit, 0));
}

function compilePart(value: unknown, unit: Unit, depth: number): Eval {
  if (typeof value === 'string') return compileText(value, unit);
  if (typeof value !== 'object' || value === null) return () => value;
  if (depth >= LIMITS.depth) {
    addProblem(unit, 'NOT_ALLOWED', `The value is nested more than ${LIMITS.depth} levels deep.`, 0, 0);
    return () => undefined;
  }
  if (!hasExpression(value, 0)) {
    const constant = frozenCopy(value);
    return () => constant;
  }
  return Array.isArray(value) ? compileList(value, unit, depth) : compileRecord(value, unit, depth);
}

function hasExpression(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (typeof value !== 'object' || value === null) return false;
  // Deeper than allowed: say "yes", so that compilePart walks there and reports it.
  if (depth > LIMITS.depth) return true;
  return Object.entries(value).some(([key, part]) => isRefusedName(key) || hasExpression(part, depth + 1));
}

function compileList(list: unknown[], unit: Unit, depth: number): Eval {
  const reads = list.map((part, i) => at(unit, i, () => compilePart(part, unit, depth + 1)));
  return (scope, run) => reads.map((read) => read(scope, run));
}

function compileRecord(record: object, unit: Unit, depth: number): Eval {
  const fields = Object.entries(record).map(([key, part]) =>
    at(unit, key, () => {
      if (isRefusedName(key)) addProblem(unit, 'NOT_ALLOWED', `The name '${key}' is not allowed.`, 0, 0);
      return { key, read: compilePart(part, unit, depth + 1) };
    }),
  );
  return (scope, run) => {
    const result: Record<string, unknown> = {};
    for (const { key, read } of fields) result[key] = read(scope, run);
    return result;
  };
}

function at<Result>(unit: Unit, key: string | number, compile: () => Result): Result {
  unit.path.push(key);
  const result = compile();
  unit.path.pop();
  return result;
}

function compileText(text: string, unit: Unit): Eval {
  if (!text.includes('${')) return () => text;
  const evaluates: Eval[] = [];
  const parts = cutTemplate(text, (source, shift) => {
    const compiled = compilePrefix(source, shift, unit);
    if (compiled === undefined) return undefined;
    evaluates.push(compiled.evaluate);
    if (source[compiled.end] !== '}') {
      const start = shift + compiled.end;
      const message =
        start >= text.length ? "The '}' that ends the expression is missing." : "A '}' should stand here.";
      addProblem(unit, 'EXPRESSION_SYNTAX', message, start, Math.min(start + 1, text.length));
    }
    return compiled.end;
  });
  const [first] = evaluates;
  if (parts.length === 1 && parts[0]?.kind === 'expression' && first !== undefined) return first;
  let next = 0;
  const pieces = parts.map((part) => (part.kind === 'text' ? part.text : (evaluates[next++] ?? (() => undefined))));
  // Many texts in a row can add up, so they share one budget; a single reference in a text needs none.
  if (pieces.length > 16) unit.counted = true;
  return joinText(pieces);
}

/** Offset behind the expression that starts a text, or undefined when it is broken. */
type ReadExpression = (source: string, shift: number) => number | undefined;

/** Broken expressions after which the rest is taken as text: finding where each ends reads up to 64 KiB. */
const MAX_BROKEN = 20;

function cutTemplate(text: string, read: ReadExpression): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let literalStart = 0;
  let from = 0;
  let broken = 0;
  for (let open = text.indexOf('${'); open >= 0 && broken < MAX_BROKEN; open = text.indexOf('${', from)) {
    const slashes = countBackslashes(text, open, from);
    literal += text.slice(from, open - slashes) + '\\'.repeat(Math.floor(slashes / 2));
    if (slashes % 2 === 1) {
      literal += '${';
      from = open + 2;
      continue;
    }
    if (open > literalStart) parts.push({ kind: 'text', text: literal, start: literalStart, end: open });
    const start = open + 2;
    const source = text.slice(start, start + LIMITS.sourceChars + 1);
    const parsedEnd = read(source, start);
    if (parsedEnd === undefined || source[parsedEnd] !== '}') broken += 1;
    const end = closeExpression(source, parsedEnd);
    parts.push({
      kind: 'expression',
      text: source.slice(0, end),
      start: open,
      end: Math.min(start + end + 1, text.length),
    });
    literal = '';
    from = Math.min(start + end + 1, text.length);
    literalStart = from;
  }
  literal += text.slice(from);
  if (text.length > literalStart) parts.push({ kind: 'text', text: literal, start: literalStart, end: text.length });
  return parts;
}

/** The expression ends at its `}`; a broken one ends where its `}` seems to be, or with the text. */
function closeExpression(source: string, end: number | undefined): number {
  if (end !== undefined && source[end] === '}') return end;
  const guess = findClosingBrace(source);
  return guess < 0 ? source.length : guess;
}

function countBackslashes(text: string, open: number, from: number): number {
  let count = 0;
  while (open - count - 1 >= from && text[open - count - 1] === '\\') count += 1;
  return count;
}
