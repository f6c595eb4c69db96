import { AppError } from '@casare/shared';

export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  parent: XmlElement | undefined;
}
export type XmlNode = XmlElement | string;

type Raw = Record<string, unknown>;

/** Refuses what is not well-formed, and any document type: it is what entity bombs and foreign files come in by. */
export async function checkXml(text: string, what: string): Promise<void> {
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw new AppError(
      'DATA_FORMAT',
      `${what} has a document type (<!DOCTYPE …>), which is refused for safety. Remove it.`,
    );
  const { XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(text);
  if (valid === true) return;
  const { msg, line, col } = valid.err;
  throw new AppError('DATA_FORMAT', `${what} is not XML: line ${line}, column ${col}: ${msg} Correct it there.`, {
    details: { line, column: col },
  });
}

/** Elements, attributes and texts in the order they stand in; the element given has the root as its only child. */
export async function readXmlTree(text: string, what: string): Promise<XmlElement> {
  await checkXml(text, what);
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    trimValues: false,
  });
  const top: XmlElement = { name: '', attributes: {}, children: [], parent: undefined };
  try {
    fill(top, parser.parse(text) as Raw[]);
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `${what} cannot be read: ${(error as Error).message}. It may be nested too deeply.`,
      { cause: error },
    );
  }
  return top;
}

function fill(parent: XmlElement, raw: readonly Raw[]): void {
  for (const entry of raw) {
    const name = Object.keys(entry).find((key) => key !== ':@');
    if (name === undefined) continue;
    if (name === '#text') {
      parent.children.push(String(entry[name] as string));
      continue;
    }
    const element: XmlElement = {
      name,
      attributes: (entry[':@'] ?? {}) as Record<string, string>,
      children: [],
      parent,
    };
    parent.children.push(element);
    fill(element, entry[name] as Raw[]);
  }
}

export function textOf(node: XmlNode): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}
