import { describe, expect, it } from 'vitest';
import { fits, groupByCategory, searchNodes } from '../../../../studio/editor/palette/search-nodes.ts';
import { catalog } from '../support.ts';

describe('searching step types', () => {
  it('puts the exact title first', () => {
    for (const { title } of catalog.values()) expect(searchNodes(catalog, title.toLowerCase())[0]?.title).toBe(title);
  });

  it('finds by synonym, category and the letters of the title in a row', () => {
    const withSynonym = [...catalog.values()].find((descriptor) => descriptor.synonyms.length > 0);
    expect(searchNodes(catalog, withSynonym?.synonyms[0] ?? '')).toContain(withSynonym);
    expect(searchNodes(catalog, 'fr each').map((descriptor) => descriptor.type)).toContain('control.forEach');
  });

  it('wants every word', () => {
    expect(searchNodes(catalog, 'click zzzz')).toEqual([]);
  });

  it('leaves out what a dropped wire cannot lead to', () => {
    const found = searchNodes(catalog, '', { needs: 'input' });
    expect(found.some((descriptor) => descriptor.type === 'control.start')).toBe(false);
    expect(found.every((descriptor) => fits(descriptor, { needs: 'input' }))).toBe(true);
    expect(searchNodes(catalog, 'break', { needs: 'output' }).map((descriptor) => descriptor.type)).not.toContain(
      'control.break',
    );
  });

  it('groups all of the catalog by category', () => {
    expect(groupByCategory([...catalog.values()]).flatMap(([, list]) => list)).toHaveLength(catalog.size);
  });
});
