import { indexCatalog, readWorkflow } from '@casare/shared';
import { builtinNodes, createRegistry, describeNode, networkPolicy } from '@casare/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedLookup } from '../../engine/resources/http-policy.ts';
import { anyDocument, checkDocument } from '../engine/security/documents.ts';
import { anyExpression, hostState, tryExpression } from '../engine/security/expressions.ts';
import { swapRace } from '../engine/security/swap-race.ts';
import { smallCatalog } from '../support/workflows.ts';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('security-nightly');

describe('a night of', () => {
  test('a million expressions', { timeout: 3_600_000 }, () => {
    const before = hostState();
    let slowest = 0;
    const property = fc.property(anyExpression, (source) => {
      slowest = Math.max(slowest, tryExpression(source));
    });
    for (let round = 0; round < 50; round++) fc.assert(property, { numRuns: 20_000 });
    expect(slowest).toBeLessThan(2000);
    expect(hostState()).toBe(before);
  });

  test('a million documents', { timeout: 3_600_000 }, () => {
    const catalog = indexCatalog({
      nodes: createRegistry(builtinNodes).all.map((node) => describeNode(node as never)),
    });
    const seen = { refused: 0, problems: 0, sound: 0 };
    const small = fc.property(
      anyDocument(smallCatalog),
      (document) => void seen[checkDocument(document, smallCatalog)]++,
    );
    const real = fc.property(anyDocument(catalog), (document) => void seen[checkDocument(document, catalog)]++);
    for (let round = 0; round < 90; round++) fc.assert(small, { numRuns: 10_000 });
    for (let round = 0; round < 10; round++) fc.assert(real, { numRuns: 10_000 });
    expect(seen.problems + seen.refused + seen.sound).toBe(1_000_000);
    expect(() => readWorkflow(null)).toThrow(expect.objectContaining({ code: 'WORKFLOW_INVALID' }));
  });

  test.runIf(process.platform !== 'win32')('10,000 exchanged links', { timeout: 3_600_000 }, async () => {
    expect(await swapRace(await makeTempFolder(), 10_000)).toEqual({ read: ['harmless'], written: [] });
  });

  test('10,000 names that change what they mean', async () => {
    const { mayReach } = networkPolicy({ mode: 'strict', allowed: ['192.168.7.0/24'] });
    const good = ['93.184.216.34', '192.168.7.9', '2606:2800:220:1::1'];
    const bad = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '192.168.8.1', '::ffff:127.0.0.1'];
    for (let round = 0; round < 10_000; round++) {
      const addresses = Array.from(
        { length: 1 + (round % 3) },
        (_, i) => ((round >> i) & 1 ? bad[(round + i) % bad.length] : good[(round + i) % good.length]) as string,
      );
      const lookup = checkedLookup(
        (_name, _options, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
        mayReach,
      );
      const passed = await new Promise((resolve) => {
        lookup('name.example', { all: true }, (error) => resolve(error === null));
      });
      expect([addresses, passed]).toEqual([addresses, addresses.every((address) => good.includes(address))]);
    }
  });
});
