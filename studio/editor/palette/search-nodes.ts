import { type CatalogIndex, type NodeCategory, type NodeDescriptor, outputPorts, type PortKind } from '@casare/shared';

export const CATEGORY_TITLES: Record<NodeCategory, string> = {
  control: 'Control flow',
  data: 'Data',
  text: 'Text',
  dates: 'Dates',
  math: 'Math',
  files: 'Files',
  documents: 'Documents',
  http: 'HTTP',
  browser: 'Browser',
  desktop: 'Desktop',
  database: 'Database',
  mail: 'Mail',
  transfer: 'File transfer',
  ai: 'AI',
  messaging: 'Messaging',
  people: 'People',
  system: 'System',
  code: 'Code',
  workflow: 'Workflow',
};

/** What a dropped wire can lead to: a step with an input, or, drawn backwards, a step with a port to leave by. */
export type Compatible = { needs: 'input' } | { needs: 'output' };

export function fits(descriptor: NodeDescriptor, compatible: Compatible | undefined): boolean {
  if (!compatible) return true;
  if (compatible.needs === 'input') return descriptor.inputs.length > 0;
  return outputPorts(descriptor, {}).some((port) => leadsOn(port.kind));
}

function leadsOn(kind: PortKind): boolean {
  return kind !== 'error';
}

/**
 * Best first; every word must be found somewhere. An empty query gives everything in the order of the catalog. Letters in a row
 * ("opbr" for Open browser) count only where nothing has the words themselves.
 */
export function searchNodes(
  catalog: CatalogIndex,
  query: string,
  compatible?: Compatible,
  recent: readonly string[] = [],
): NodeDescriptor[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = [...catalog.values()].filter((descriptor) => fits(descriptor, compatible));
  if (words.length === 0) return fitting;
  const ranked = (loose: boolean) =>
    fitting
      .map((descriptor) => ({ descriptor, score: scoreOf(descriptor, words, recent, loose) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.descriptor.title.localeCompare(b.descriptor.title))
      .map(({ descriptor }) => descriptor);
  const found = ranked(false);
  return found.length > 0 ? found : ranked(true);
}

function scoreOf(
  descriptor: NodeDescriptor,
  words: readonly string[],
  recent: readonly string[],
  loose: boolean,
): number {
  const title = descriptor.title.toLowerCase();
  const synonyms = descriptor.synonyms.map((synonym) => synonym.toLowerCase());
  const fields: [text: string, weight: number][] = [
    [title, 10],
    [descriptor.type.toLowerCase(), 6],
    ...synonyms.map((synonym): [string, number] => [synonym, 7]),
    [CATEGORY_TITLES[descriptor.category].toLowerCase(), 3],
    [descriptor.pack?.name.toLowerCase() ?? '', 3],
    [descriptor.description.toLowerCase(), 2],
  ];
  let total = 0;
  for (const word of words) {
    const best = Math.max(
      ...fields.map(([text, weight]) => matchScore(text, word) * weight),
      loose ? fuzzyScore(title, word) : 0,
    );
    if (best <= 0) return 0;
    total += best;
  }
  const query = words.join(' ');
  if (title === query) total += 20;
  // The very word that its author gave it; the first one is what it is known by best.
  const named = synonyms.indexOf(query);
  if (named !== -1) total += named === 0 ? 4.5 : 2.5;
  return total + (recent.includes(descriptor.type) ? 0.5 : 0);
}

function matchScore(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at === -1) return 0;
  const isEnd = !/[\p{L}\d]/u.test(text[at + word.length] ?? '');
  if (at === 0) return isEnd ? 1.1 : 1;
  return /[\s.\-_/]/.test(text[at - 1] as string) ? (isEnd ? 0.9 : 0.8) : 0.5;
}

/** Letters in order, close together: "opbr" finds "Open browser". */
function fuzzyScore(text: string, word: string): number {
  if (word.length < 2) return 0;
  let at = -1;
  let gaps = 0;
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1);
    if (next === -1) return 0;
    if (at !== -1 && next > at + 1) gaps += text[next - 1] === ' ' ? 0.5 : 1;
    at = next;
  }
  return gaps > word.length ? 0 : 1 / (1 + gaps);
}

export function groupByCategory(descriptors: readonly NodeDescriptor[]): [NodeCategory, NodeDescriptor[]][] {
  const groups = new Map<NodeCategory, NodeDescriptor[]>();
  for (const category of Object.keys(CATEGORY_TITLES) as NodeCategory[]) groups.set(category, []);
  for (const descriptor of descriptors) groups.get(descriptor.category)?.push(descriptor);
  return [...groups].filter(([, list]) => list.length > 0);
}
