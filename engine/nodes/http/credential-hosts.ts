import { AppError } from '@casare/shared';
import { hostFits } from '../../vault/host-fits.ts';

/** Refuses to hand credentials to a host they are not meant for: an address often comes from data that others wrote. */
export function checkCredentialHost(url: string, hosts: readonly string[]): void {
  if (hosts.length === 0 || !URL.canParse(url)) return;
  const { hostname } = new URL(url);
  if (hosts.some((pattern) => hostFits(hostname, pattern))) return;
  throw new AppError(
    'HTTP_FAILED',
    `The credentials of this step may go to ${hosts.join(', ')} only, not to "${hostname}". Correct the address, or add the host.`,
    { details: { host: hostname, hosts: [...hosts] } },
  );
}
