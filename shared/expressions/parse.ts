import { type Expression, type Token, parseExpressionAt, tokenizer } from 'acorn';
import { LIMITS } from './limits.ts';

export interface Parsed {
  ok: true;
  node: Expression;
  /** First character after the expression and the blanks and comments behind it. */
  end: number;
}

export interface ParseFailure {
  ok: false;
  message: string;
  at: number;
}

const OPTIONS = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowAwaitOutsideFunction: false,
  // Keeps the brackets in the tree: `(a?.b).c` ends the chain at the bracket, and `(a)` ends after it.
  preserveParens: true,
} as const;

/** Parses one expression at the start of the text; what follows it is the caller's business. */
export function parseExpressionPrefix(text: string): Parsed | ParseFailure {
  const source = text.length > LIMITS.sourceChars ? text.slice(0, LIMITS.sourceChars) : text;
  const first = skipBlanks(source, 0);
  if (first >= source.length || source[first] === '}') {
    return { ok: false, message: 'An expression is missing here.', at: first };
  }
  try {
    const node = parseExpressionAt(source, 0, OPTIONS);
    return { ok: true, node, end: skipBlanks(source, node.end) };
  } catch (error) {
    return readFailure(error, text.length > LIMITS.sourceChars);
  }
}

function readFailure(error: unknown, cut: boolean): ParseFailure {
  if (!(error instanceof SyntaxError)) {
    return { ok: false, message: 'The expression is nested too deeply.', at: 0 };
  }
  const position = (error as SyntaxError & { pos?: unknown }).pos;
  const at = typeof position === 'number' ? position : 0;
  if (cut) return { ok: false, message: `An expression has at most ${LIMITS.sourceChars} characters.`, at };
  return { ok: false, message: `${error.message.replace(/ \(\d+:\d+\)$/, '')}.`, at };
}

/** Index of the first character that is neither blank nor comment. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    if (text.startsWith('//', at)) {
      const lineEnd = text.indexOf('\n', at);
      at = lineEnd < 0 ? text.length : lineEnd + 1;
    } else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) return at;
      at = close + 2;
    } else {
      return at;
    }
  }
}

/** Where the `}` stands that closes a broken expression, as well as it can be told: only for going on after a fault. */
export function findClosingBrace(text: string): number {
  let open = 0;
  try {
    const tokens = tokenizer(text.slice(0, LIMITS.sourceChars), OPTIONS);
    for (let token = tokens.getToken(); token.type.label !== 'eof'; token = tokens.getToken()) {
      if (isOpening(token)) open += 1;
      else if (token.type.label === '}') {
        if (open === 0) return token.start;
        open -= 1;
      }
    }
  } catch {
    // Not even tokens: the next brace has to do.
  }
  return text.indexOf('}');
}

function isOpening(token: Token): boolean {
  return token.type.label === '{' || token.type.label === '${';
}
