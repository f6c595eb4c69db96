import { AppError } from '@casare/shared';

/** Asks for texts that must not stand in a command line: at a terminal one by one and unseen, otherwise a JSON object or one line each from stdin. */
export async function askSecrets(
  names: readonly string[],
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<Record<string, string>> {
  if (!input.isTTY) return readPiped(names, input);
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = await askHidden(`${name}: `, input, output);
    if (value !== '') values[name] = value;
  }
  return values;
}

async function readPiped(names: readonly string[], input: NodeJS.ReadableStream): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    const parsed = parseObject(trimmed);
    if (parsed) return parsed;
  }
  const [only, ...others] = names;
  // A key or certificate has several lines, so a single value is taken whole.
  if (only !== undefined && others.length === 0 && trimmed !== '') return { [only]: text.replace(/\r?\n$/, '') };
  throw new AppError(
    'USAGE',
    `Give the values on stdin as a JSON object with ${names.join(', ')}, e.g. from a file: casare … < values.json`,
  );
}

function parseObject(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries(value as object);
    return entries.every(([, one]) => typeof one === 'string') ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}

function askHidden(question: string, input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    output.write(question);
    input.setRawMode(true);
    input.resume();
    let typed = '';
    const end = () => {
      input.off('data', hear);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
    };
    const hear = (chunk: Buffer) => {
      for (const char of chunk.toString()) {
        if (char === '\r' || char === '\n') {
          end();
          return resolve(typed);
        }
        if (char === '\u0003') {
          end();
          return reject(new AppError('USAGE', 'Nothing was changed.'));
        }
        typed = char === '\u007f' || char === '\b' ? typed.slice(0, -1) : typed + char;
      }
    };
    input.on('data', hear);
  });
}
