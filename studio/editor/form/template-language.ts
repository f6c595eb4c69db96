import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const ROOTS = new Set(['vars', 'steps', 'input', 'item', 'index', 'error', 'run', 'env', 'credentials', 'assets']);
const CONSTANTS = new Set(['true', 'false', 'null', 'undefined']);

interface State {
  /** Braces that are open inside `${ … }`; 0 is plain text. */
  depth: number;
}

/** Texts with `${ … }` in them: the text plain, expressions in the colours of code. */
export const templateLanguage = StreamLanguage.define<State>({
  name: 'template',
  startState: () => ({ depth: 0 }),
  token: (stream, state) => (state.depth === 0 ? textToken(stream, state) : codeToken(stream, state)),
  tokenTable: { root: tags.variableName, call: tags.function(tags.variableName), frame: tags.processingInstruction },
});

function textToken(stream: StringStream, state: State): string | null {
  if (stream.match('${')) {
    state.depth = 1;
    return 'frame';
  }
  stream.next();
  stream.eatWhile((char) => char !== '$');
  return null;
}

function codeToken(stream: StringStream, state: State): string | null {
  if (stream.eatSpace()) return null;
  const char = stream.next();
  if (char === '{') state.depth++;
  if (char === '}') {
    state.depth--;
    return state.depth === 0 ? 'frame' : null;
  }
  if (char === '"' || char === "'") {
    for (let next = stream.next(); next !== undefined && next !== char; next = stream.next()) {
      if (next === '\\') stream.next();
    }
    return 'string';
  }
  if (char && /\d/.test(char)) {
    stream.eatWhile(/[\d._eE]/);
    return 'number';
  }
  if (char && /[A-Za-z_$]/.test(char)) {
    stream.eatWhile(/[\w$]/);
    const word = stream.current();
    if (ROOTS.has(word)) return 'root';
    if (CONSTANTS.has(word)) return 'atom';
    return stream.peek() === '(' ? 'call' : 'propertyName';
  }
  return char && /[-+*/%<>=!&|?:]/.test(char) ? 'operator' : null;
}

export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--info)' },
    { tag: [tags.keyword, tags.processingInstruction], color: 'var(--accent)', fontWeight: '600' },
    { tag: tags.variableName, color: 'var(--accent)' },
    { tag: tags.function(tags.variableName), color: 'var(--warn)' },
    { tag: tags.propertyName, color: 'var(--text)' },
    { tag: [tags.comment], color: 'var(--text-faint)', fontStyle: 'italic' },
    { tag: [tags.operator, tags.punctuation], color: 'var(--text-dim)' },
  ]),
);
