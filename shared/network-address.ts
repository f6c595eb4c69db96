/** Addresses of networks as programs that connect elsewhere judge them. Pure, so that each of them judges in the same way. */

/** 4 or 16 bytes; undefined for everything that is not an address written out, also with a zone. */
export function readAddress(text: string): number[] | undefined {
  return text.includes(':') ? readIpv6(text) : readIpv4(text);
}

function readIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.some((byte) => byte > 255) ? undefined : bytes;
}

function readIpv6(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = readGroups(head);
  const after = tail === undefined ? [] : readGroups(tail);
  if (!before || !after) return undefined;
  const missing = 16 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** Groups between colons; the last one may be an IPv4 address. */
function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (group.includes('.')) {
      const ipv4 = i === groups.length - 1 ? readIpv4(group) : undefined;
      if (!ipv4) return undefined;
      bytes.push(...ipv4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else return undefined;
  }
  return bytes.length > 16 ? undefined : bytes;
}

export interface Network {
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** `10.1.0.0/16`, or one address. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const bytes = readAddress(address);
  if (!bytes || rest.length > 0) return undefined;
  const most = bytes.length * 8;
  if (bits === undefined) return { bytes, prefix: most };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? { bytes, prefix: Number(bits) } : undefined;
}

export function isInNetwork(address: readonly number[], { bytes, prefix }: Network): boolean {
  if (address.length !== bytes.length) return false;
  for (let bit = 0; bit < prefix; bit += 8) {
    const mask = prefix - bit >= 8 ? 255 : (255 << (8 - (prefix - bit))) & 255;
    if (((address[bit / 8] ?? 0) & mask) !== ((bytes[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
}

/**
 * What no public server has: this machine, private and shared networks, tests, multicast. Of IPv6 only 2000::/3 is in use, less what is
 * translated, tunnelled or for documents: an IPv4 address in another dress is never public.
 */
const notPublic: readonly Network[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
].flatMap((text) => readNetwork(text) ?? []);

export function isPublicAddress(text: string): boolean {
  const bytes = readAddress(text);
  return bytes !== undefined && !notPublic.some((network) => isInNetwork(bytes, network));
}

/** An entry of a list of hosts: a name, names below one (`*.example`), an address or a network. */
export function readHostEntry(entry: string): { readonly name: string } | { readonly network: Network } | undefined {
  const network = readNetwork(entry);
  if (network) return { network };
  const name = entry.toLowerCase();
  const isName = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(name);
  // A name that ends in a number would be read as an address.
  return isName && name.length <= 253 && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name) ? { name } : undefined;
}

/** The entries that mean nothing. */
export function wrongHostEntries(entries: readonly string[]): string[] {
  return entries.filter((entry) => readHostEntry(entry) === undefined);
}

export interface HostList {
  hasName(host: string): boolean;
  hasAddress(address: string): boolean;
}

export function createHostList(entries: readonly string[]): HostList {
  const names = new Set<string>();
  const suffixes: string[] = [];
  const networks: Network[] = [];
  for (const entry of entries) {
    const read = readHostEntry(entry);
    if (!read) continue;
    if ('network' in read) networks.push(read.network);
    else if (read.name.startsWith('*.')) suffixes.push(read.name.slice(1));
    else names.add(read.name);
  }
  return {
    hasName(host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
    },
    hasAddress(address) {
      const bytes = readAddress(address);
      return bytes !== undefined && networks.some((network) => isInNetwork(bytes, network));
    },
  };
}
