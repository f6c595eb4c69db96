import { AppError, type NodeDescriptor, type StudioHost } from '@casare/shared';
import { expect, it } from 'vitest';
import { catalogOfHost } from '../../../studio/editor/catalog.ts';
import { searchNodes } from '../../../studio/editor/palette/search-nodes.ts';
import { catalog } from './support.ts';

/** A host as far as the catalog asks it. */
function hostThat(answer: () => Promise<unknown>): StudioHost {
  return { call: answer, on: () => () => undefined, onConnection: () => () => undefined } as unknown as StudioHost;
}

it('joins the steps of packs to those of the product, and finds them by the name of the pack', async () => {
  const log = catalog.get('data.log') as NodeDescriptor;
  const mine: NodeDescriptor = {
    ...log,
    type: 'acme.book',
    title: 'Book it',
    synonyms: [],
    pack: { name: 'acme', version: '1' },
  };
  const broken = [{ name: 'other', message: 'why' }];
  const local = await catalogOfHost(hostThat(async () => ({ nodes: [mine], broken })));
  expect(local.broken).toEqual(broken);
  expect(local.catalog.size).toBe(catalog.size + 1);
  expect(searchNodes(local.catalog, 'acme')).toEqual([mine]);
});

it('a host that cannot tell leaves the steps of the product', async () => {
  const local = await catalogOfHost(hostThat(() => Promise.reject(new AppError('VALIDATION', 'What?'))));
  expect(local.catalog.size).toBe(catalog.size);
});
