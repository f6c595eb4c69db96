import { AppError } from '@casare/shared';
import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Where clouds hand their keys to whoever asks from the machine. No automation has business there. */
const metadata = new BlockList();
for (const address of [
  '169.254.169.254',
  '169.254.169.253',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
])
  metadata.addAddress(address, 'ipv4');
for (const address of ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fe80::a9fe:a9fe'])
  metadata.addAddress(address, 'ipv6');
// The same IPv4 addresses behind a translator: NAT64, 6to4 and the IPv4-compatible form.
for (const [high, low] of [
  ['a9fe', 'a9fe'],
  ['a9fe', 'a9fd'],
  ['a9fe', 'aa02'],
  ['a9fe', 'aa17'],
  ['6464', '64c8'],
  ['c000', 'c0'],
]) {
  metadata.addAddress(`64:ff9b::${high}:${low}`, 'ipv6');
  metadata.addSubnet(`2002:${high}:${low}::`, 48, 'ipv6');
  metadata.addAddress(`::${high}:${low}`, 'ipv6');
}

/** Says whether a run may send a request to this address; asked again for every redirect. */
export type MayConnect = (url: URL) => boolean | Promise<boolean>;

/** Says whether a run may connect to this address of a host; cloud metadata addresses are denied before it is asked. */
export type MayReach = (address: string, host: string) => boolean;

/** Whether a run must not connect to this address (no name) of a host. */
export function isDeniedAddress(address: string, host: string, mayReach?: MayReach): boolean {
  return isMetadataAddress(address) || (mayReach !== undefined && !mayReach(address, host));
}

export function isMetadataAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && metadata.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

export function denied(host: string): AppError {
  return new AppError(
    'HTTP_FAILED',
    `A run must not connect to "${host}": it is a cloud metadata address, or the settings of this machine forbid it.`,
    { details: { host, denied: true } },
  );
}

export interface AddressRules {
  mayConnect?: MayConnect;
  mayReach?: MayReach;
}

/** The address to ask, or a refusal that says what is wrong with it. */
export async function checkUrl(given: string, { mayConnect, mayReach }: AddressRules = {}): Promise<URL> {
  if (!URL.canParse(given))
    throw new AppError(
      'HTTP_FAILED',
      `"${given.slice(0, 200)}" is no address. Write it in full, e.g. https://example.com/orders.`,
    );
  const url = new URL(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('HTTP_FAILED', `Only http and https can be asked, not "${url.protocol}". Correct the address.`);
  if (url.username !== '' || url.password !== '')
    throw new AppError(
      'HTTP_FAILED',
      `The address of "${url.host}" holds a name or password. Use the authentication settings of the step.`,
    );
  // Names are looked up, and their addresses looked at, when the connection is made.
  const address = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && isDeniedAddress(address, address, mayReach)) throw denied(url.hostname);
  if (mayConnect && !(await mayConnect(url))) throw denied(url.host);
  return url;
}

export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a name once and looks at every address it has; the connection then goes to one of exactly these, so a name
 * server that answers differently the second time gains nothing.
 */
export function checkedLookup(lookup: LookupAll = systemLookup, mayReach?: MayReach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true } as LookupAllOptions, (error, addresses) => {
      const first = addresses?.[0];
      if (error || !first) callback(error ?? new Error(`${hostname} has no address`), [], 0);
      else if (addresses.some(({ address }) => isDeniedAddress(address, hostname, mayReach)))
        callback(denied(hostname), [], 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
