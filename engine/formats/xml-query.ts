import { readXmlTree, textOf, type XmlElement } from './xml-tree.ts';
import { findByPath } from './xpath.ts';

export interface QueryXmlInput {
  text: string;
  what: string;
  path: string;
  limit: number;
}

export async function queryXml({ text, what, path, limit }: QueryXmlInput) {
  const found = findByPath(await readXmlTree(text, what), path);
  const items = found
    .slice(0, limit)
    .map((one) =>
      typeof one === 'string'
        ? { name: '', text: one, attributes: {}, children: 0 }
        : { name: one.name, text: textOf(one).trim(), attributes: one.attributes, children: countChildren(one) },
    );
  return { items, count: found.length, first: items[0]?.text ?? null };
}

function countChildren({ children }: XmlElement): number {
  return children.filter((child) => typeof child !== 'string').length;
}
