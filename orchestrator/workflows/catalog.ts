import { readFile } from 'node:fs/promises';
import { AppError, type CatalogIndex, indexCatalog, nodeDescriptorSchema } from '@casare/shared';
import { z } from 'zod';

const catalogSchema = z.object({ nodes: z.array(nodeDescriptorSchema) });

/** The generated description of all node types: all this program knows of nodes. */
export async function readCatalog(
  file: URL = new URL('../../engine/catalog.json', import.meta.url),
): Promise<CatalogIndex> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'engine/catalog.json is missing. Run "npm run generate".', { cause });
  }
  return indexCatalog(catalogSchema.parse(JSON.parse(text)));
}
