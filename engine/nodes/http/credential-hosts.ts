import { AppError } from '@casare/shared';

/** Refuses to hand credentials to a host they are not meant for: an address often comes from data that others wrote. */
export function checkCredentialHost(url: string, hosts: readonly string[]): void {
  if (hosts.length === 0 || !URL.canParse(url)) return;
  const { hostname } = new URL(url);
  if (hosts.some((pattern) => fits(hostname, pattern))) return;
  throw new AppError(
    'HTTP_FAILED',
    `The credentials of this step may go to ${hosts.join(', ')} only, not to "${hostname}". Correct the address, or add the host.`,
    { details: { host: hostname, hosts: [...hosts] } },
  );
}

/** `*.example.com` stands for every host under example.com, not for example.com itself. */
function fits(hostname: string, pattern: string): boolean {
  const wanted = pattern.trim().toLowerCase();
  return wanted.startsWith('*.')
    ? hostname.endsWith(wanted.slice(1)) && hostname.length > wanted.length - 1
    : hostname === wanted;
}
