import { AppError } from '@casare/shared';
import { checkXml } from './xml-tree.ts';

export interface XmlOptions {
  /** Element names that become lists even where they stand alone. */
  lists: readonly string[];
  /** Numbers, true and false become values of their type. */
  typed: boolean;
}

/** XML as data: an element is an object, its attributes are `@name`, its text is `#text` where it has attributes too. */
export async function parseXml(text: string, what: string, { lists, typed }: XmlOptions): Promise<unknown> {
  await checkXml(text, what);
  const { XMLParser } = await import('fast-xml-parser');
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

/** The same for the threads, where a large text keeps nobody waiting. */
export async function parseXmlText(input: XmlOptions & { text: string; what: string }): Promise<{ value: unknown }> {
  return { value: await parseXml(input.text, input.what, input) };
}
