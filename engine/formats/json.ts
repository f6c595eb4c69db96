import { AppError } from '@casare/shared';

/** The data in a JSON text, or DATA_FORMAT with line and column. `what` begins the sentence: "The text", the name of a file. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw faultOf(text, what, error as SyntaxError);
  }
}

/** V8 names the position in most messages; where it does not, the text ended too early. */
function faultOf(text: string, what: string, error: SyntaxError): AppError {
  if (text.trim() === '')
    return new AppError('DATA_FORMAT', `${what} is empty, not JSON. Check where it comes from.`, { cause: error });
  const position = Math.min(Number(/position (\d+)/.exec(error.message)?.[1] ?? positionOf(text, error)), text.length);
  const before = text.slice(0, position).split('\n');
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
  return new AppError(
    'DATA_FORMAT',
    `${what} is not JSON: line ${line}, column ${column}, near "${text.slice(Math.max(0, position - 15), position + 15)}". Correct it there.`,
    { details: { position, line, column }, cause: error },
  );
}

/** For a short text the message holds what is wrong and the text, but no position. */
function positionOf(text: string, error: SyntaxError): number {
  const token = /token '(.+?)'/.exec(error.message)?.[1];
  const at = token === undefined ? -1 : text.indexOf(token);
  return at === -1 ? text.length : at;
}
