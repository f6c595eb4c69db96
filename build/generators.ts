import { generateCatalog } from './catalog.ts';
import { generateNodePage } from './node-page.ts';

export interface Generator {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  generate(): Promise<string>;
}

/** Every generated file that is checked in. `npm run generate` writes them, `npm run check` compares them. */
export const generators: readonly Generator[] = [
  { path: 'engine/catalog.json', generate: generateCatalog },
  { path: 'docs/nodes.md', generate: generateNodePage },
];
