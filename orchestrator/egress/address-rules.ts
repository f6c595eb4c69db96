import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AppError, createHostList, isPublicAddress } from '@casare/shared';

export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface AddressRules {
  /** The address to ask; throws ADDRESS_REFUSED for what needs no look-up to be refused. */
  check(given: string): URL;
  /** Looks a name up once and looks at every address it has; the connection goes to one of exactly these. */
  readonly lookup: LookupFunction;
  mayConnect(address: string, host: string): boolean;
}

/** Clouds hand their keys out there: no list of allowed hosts opens these. */
const never = createHostList([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
]);
const usualPorts = new Set(['', '80', '443']);

/** Public addresses at the usual ports, and what is listed. */
export function createAddressRules(allowed: readonly string[], lookup: LookupAll = systemLookup): AddressRules {
  const listed = createHostList(allowed);
  const mayConnect = (address: string, host: string) =>
    isIP(address) !== 0 &&
    !never.hasAddress(address) &&
    (listed.hasName(host) || listed.hasAddress(address) || isPublicAddress(address));

  return {
    mayConnect,
    check(given) {
      if (!URL.canParse(given))
        throw refused(given.slice(0, 200), 'it is no address; write it in full, e.g. https://example.com/orders');
      const url = new URL(given);
      const { hostname, protocol, username, password, port } = url;
      if (protocol !== 'http:' && protocol !== 'https:') throw refused(hostname, 'only http and https can be asked');
      if (username !== '' || password !== '')
        throw refused(hostname, 'it holds a name or password; give a secret instead');
      const host = hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !mayConnect(host, host)) throw refused(host, 'it is not public');
      // Other ports are those of databases and consoles more often than those of web servers.
      if (!usualPorts.has(port) && !listed.hasName(host) && !listed.hasAddress(host))
        throw refused(`${host}:${port}`, 'only the ports 80 and 443 can be asked');
      return url;
    },
    lookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true } as LookupAllOptions, (error, addresses) => {
        const first = addresses?.[0];
        if (error || !first) callback(error ?? new Error(`${hostname} has no address`), [], 0);
        else if (addresses.some(({ address }) => !mayConnect(address, hostname)))
          callback(refused(hostname, 'it is not public'), [], 0);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}

export function refused(host: string, why: string): AppError {
  return new AppError(
    'ADDRESS_REFUSED',
    `The orchestrator must not connect to "${host}": ${why}. An address of your own network is opened by EGRESS_ALLOWED_HOSTS.`,
    { details: { host } },
  );
}
