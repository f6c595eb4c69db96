import { AppError } from '@casare/shared';
import { BlockList, isIP } from 'node:net';
import type { HttpPolicy } from './http-access.ts';

/** Where the runs of a machine may connect to. JSON, so that it can be handed to worker processes. */
export interface NetworkSettings {
  /** `open`: everywhere but to cloud metadata addresses; `strict`: to public addresses, and to what is listed. */
  mode: 'open' | 'strict';
  /** Names (`erp.example`), names below one (`*.example`), addresses and networks (`10.1.0.0/16`). */
  allowed: readonly string[];
}

/** What no public server has: this machine, private and shared networks, tests, multicast, and ways to write IPv4 as IPv6. */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');
// Of IPv6 only 2000::/3 is in use, less what is translated, tunnelled or for documents.
const notPublic6 = new BlockList();
for (const [network, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic6.addSubnet(network, prefix, 'ipv6');

function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && !address.includes('%') && !notPublic6.check(address, 'ipv6');
}

/** What an entry of the list is, or undefined for one that is none. */
function readEntry(entry: string): { name: string } | { address: string; prefix: number } | undefined {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family !== 0 && rest.length === 0 && !address.includes('%')) {
    const most = family === 4 ? 32 : 128;
    if (bits === undefined) return { address, prefix: most };
    return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? { address, prefix: Number(bits) } : undefined;
  }
  // A name that ends in a number would be read as an address.
  const isName = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(
    entry.toLowerCase(),
  );
  return isName && entry.length <= 253 && !/(^|\.)(\d+|0x[0-9a-f]*)$/i.test(entry)
    ? { name: entry.toLowerCase() }
    : undefined;
}

/** The entries that mean nothing. */
export function wrongHosts(entries: readonly string[]): string[] {
  return entries.filter((entry) => readEntry(entry) === undefined);
}

/** The policy of the machine for everything its runs connect to. */
export function networkPolicy({ mode, allowed }: NetworkSettings): HttpPolicy {
  const wrong = wrongHosts(allowed);
  if (wrong.length > 0)
    throw new AppError(
      'CONFIG_INVALID',
      `These are no hosts and no networks: ${wrong.join(', ')}. Write e.g. erp.example, *.example or 10.1.0.0/16.`,
    );
  if (mode === 'open') return {};
  const names = new Set<string>();
  const suffixes: string[] = [];
  const networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of allowed.map(readEntry)) {
    if (entry === undefined) continue;
    if ('name' in entry) {
      if (entry.name.startsWith('*.')) suffixes.push(entry.name.slice(1));
      else names.add(entry.name);
    } else {
      const family = isIP(entry.address) === 4 ? 'ipv4' : 'ipv6';
      networks[family].addSubnet(entry.address, entry.prefix, family);
    }
  }

  function isListed(host: string): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
  }

  return {
    mayReach(address, host) {
      const plain = address.replace(/^\[|\]$/g, '');
      const family = isIP(plain);
      if (family === 0) return false;
      if (isListed(host) || isPublicAddress(plain)) return true;
      if (plain.includes('%')) return false;
      return family === 4 ? networks.ipv4.check(plain, 'ipv4') : networks.ipv6.check(plain, 'ipv6');
    },
  };
}
