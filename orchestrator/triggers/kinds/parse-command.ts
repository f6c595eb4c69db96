/** The text of a chat message as a command: `invoice 4711 to="Ada Lovelace" --urgent`. */
export interface ChatCommand {
  /** The first word, small. */
  readonly command: string;
  /** Words that belong to no name. */
  readonly args: readonly string[];
  /** `name=value`, `--name=value` and `--name`. */
  readonly options: Readonly<Record<string, string | boolean>>;
}

export function parseCommand(text: string): ChatCommand {
  const [first = '', ...words] = splitWords(text.trim());
  const args: string[] = [];
  const options = new Map<string, string | boolean>();
  for (const word of words) {
    const named = /^(?:--)?([A-Za-z_][\w-]{0,63})=([\s\S]*)$/.exec(word);
    const flag = /^--([A-Za-z_][\w-]{0,63})$/.exec(word);
    if (named?.[1] !== undefined) options.set(named[1], named[2] ?? '');
    else if (flag?.[1] !== undefined) options.set(flag[1], true);
    else args.push(word);
  }
  return { command: first.toLowerCase(), args, options: Object.fromEntries(options) };
}

/** Blanks end a word, except between quotation marks, straight or curved as chats make them. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  let begun = false;
  for (const character of text) {
    if (/["“”„]/.test(character)) {
      quoted = !quoted;
      begun = true;
    } else if (/\s/.test(character) && !quoted) {
      if (begun) words.push(word);
      word = '';
      begun = false;
    } else {
      word += character;
      begun = true;
    }
  }
  if (begun) words.push(word);
  return words;
}
