import type { Asset, CreateAsset, CredentialUses, UpdateAsset } from '@casare/shared';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export function assetsApi({ send, create }: Senders) {
  const at = (id: string) => `/assets/${encodeURIComponent(id)}`;
  return {
    assets: (query: Query) => send<Page<Asset>>('GET', `/assets${queryText(query)}`),
    asset: (id: string) => send<Asset>('GET', at(id)),
    assetUses: (id: string) => send<Pick<CredentialUses, 'workflows'>>('GET', `${at(id)}/uses`),
    createAsset: (asset: CreateAsset) => create<Asset>('/assets', asset),
    updateAsset: (id: string, body: UpdateAsset) => send<Asset>('PUT', at(id), { body }),
    deleteAsset: (id: string, force: boolean) => send<unknown>('DELETE', `${at(id)}${queryText({ force })}`),
  };
}
