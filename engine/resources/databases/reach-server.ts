import { AppError } from '@casare/shared';
import { lookup as systemLookup } from 'node:dns';
import { isIP, Socket } from 'node:net';
import type { HttpPolicy } from '../http-access.ts';
import { checkedLookup, denied, isDeniedAddress, isMetadataAddress } from '../http-policy.ts';
import type { ServerTarget } from '../databases.ts';

/** Refuses what the run must not reach, and gives a socket that looks at every address it resolves. */
export async function reachServer({ kind, host, port }: ServerTarget, policy: HttpPolicy): Promise<() => Socket> {
  if (host.includes('/')) throw new AppError('PARAMS_INVALID', `"${host}" is no host. Write a name or an address.`);
  const shown = isIP(host) === 6 ? `[${host}]` : host;
  if (!URL.canParse(`${kind}://${shown}:${port}`))
    throw new AppError('PARAMS_INVALID', `"${host}" is no host. Write a name or an address.`);
  if (isMetadataAddress(host) || (isIP(host) !== 0 && isDeniedAddress(host, host, policy.mayReach))) throw denied(host);
  if (policy.mayConnect && !(await policy.mayConnect(new URL(`${kind}://${shown}:${port}`)))) throw denied(host);
  const lookup = checkedLookup(policy.lookup ?? systemLookup, policy.mayReach);
  return () => {
    const socket = new Socket();
    const connect = socket.connect.bind(socket);
    // The drivers call connect(port, host) themselves; the check of the address has to come with it.
    socket.connect = ((toPort: number, toHost: string) =>
      connect({ port: toPort, host: toHost, lookup })) as Socket['connect'];
    return socket;
  };
}

export function tlsOptions({ tls, ca, host }: ServerTarget) {
  if (tls === 'off') return undefined;
  return {
    rejectUnauthorized: tls === 'verify',
    ...(ca === '' ? {} : { ca }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
}
