import { AppError } from '@casare/shared';

export interface XmlOptions {
  /** Element names that become lists even where they stand alone. */
  lists: readonly string[];
  /** Numbers, true and false become values of their type. */
  typed: boolean;
}

/**
 * XML as data: an element is an object, its attributes are `@name`, its text is `#text` where it has attributes too. A document
 * type is refused: it is what entity bombs and foreign files come in by.
 */
export async function parseXml(text: string, what: string, { lists, typed }: XmlOptions): Promise<unknown> {
  if (/<!DOCTYPE/i.test(text))
    throw new AppError(
      'DATA_FORMAT',
      `${what} has a document type (<!DOCTYPE …>), which is refused for safety. Remove it.`,
    );
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    throw new AppError('DATA_FORMAT', `${what} is not XML: line ${line}, column ${col}: ${msg} Correct it there.`, {
      details: { line, column: col },
    });
  }
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: typed,
    parseAttributeValue: typed,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name: string) => lists.includes(name),
  });
  try {
    return parser.parse(text);
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `${what} cannot be read: ${(error as Error).message}. It may be nested too deeply.`,
      { cause: error },
    );
  }
}
