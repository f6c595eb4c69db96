import { AppError } from '@casare/shared';
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { HttpPolicy } from '../http-access.ts';
import { denied, isDeniedAddress, isMetadataAddress } from '../http-policy.ts';
import { connectionError } from './remote-errors.ts';

export interface Target {
  scheme: string;
  host: string;
  port: number;
  timeoutMs: number;
}

/**
 * The one address to connect to. The name is resolved once and every address it has is held against the policy of the run, so a
 * name server that answers differently the second time gains nothing. Of several addresses it is one that answers.
 */
export async function findAddress(target: Target, policy: HttpPolicy, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const host = hostName(target.host);
  if (isMetadataAddress(host)) throw denied(host);
  const url = new URL(`${target.scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${target.port}`);
  if (policy.mayConnect && !(await policy.mayConnect(url))) throw denied(url.host);
  if (isIP(host) !== 0) {
    if (isDeniedAddress(host, host, policy.mayReach)) throw denied(host);
    return host;
  }
  const addresses = await resolveAll(host, target, policy);
  if (addresses.some(({ address }) => isDeniedAddress(address, host, policy.mayReach))) throw denied(host);
  if (addresses.length === 1) return addresses[0]?.address ?? '';
  return await firstThatAnswers(addresses, target, signal);
}

/** The name as a machine knows it; what would mean something else in an address is refused. */
function hostName(given: string): string {
  const plain = given.trim().replace(/^\[(.*)\]$/, '$1');
  const host = isIP(plain) === 0 ? domainToASCII(plain) : plain;
  if (host !== '' && /^[\w.:-]+$/.test(host)) return host;
  throw new AppError(
    'CONNECTION_FAILED',
    `"${given.slice(0, 200)}" is no name of a server. Write it like mail.example.com.`,
  );
}

async function resolveAll(host: string, target: Target, { lookup = systemLookup }: HttpPolicy) {
  return await new Promise<LookupAddress[]>((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error || addresses.length === 0)
        reject(connectionError(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), target));
      else resolve(addresses);
    });
  });
}

/** `localhost` is often two addresses of which a server listens on one. */
async function firstThatAnswers(addresses: LookupAddress[], target: Target, signal: AbortSignal): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const socket = connect({
      host: target.host,
      port: target.port,
      autoSelectFamily: true,
      lookup: (_name, _options, callback) => callback(null, addresses),
      signal: AbortSignal.any([signal, AbortSignal.timeout(target.timeoutMs)]),
    });
    socket.once('connect', () => {
      resolve(socket.remoteAddress ?? addresses[0]?.address ?? '');
      socket.destroy();
    });
    socket.once('error', (error) => {
      const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
      reject(signal.aborted ? (signal.reason as Error) : connectionError(inner, target));
    });
  });
}
