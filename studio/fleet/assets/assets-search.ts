import { type AssetKind, assetKindSchema } from '@casare/shared';
import { defined, type Raw, readList, text } from '../url-filters.ts';

export interface AssetsSearch {
  kind?: AssetKind;
  q?: string;
  /** The asset whose details are open. */
  asset?: string;
}

export function readAssetsSearch(raw: Raw): AssetsSearch {
  return defined({
    kind: readList(text(raw, 'kind'), assetKindSchema.options)[0],
    q: text(raw, 'q'),
    asset: text(raw, 'asset'),
  } as AssetsSearch);
}
