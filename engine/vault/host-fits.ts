/** `*.example.com` stands for every host under example.com, not for example.com itself. */
export function hostFits(hostname: string, pattern: string): boolean {
  const wanted = pattern.trim().toLowerCase();
  return wanted.startsWith('*.')
    ? hostname.endsWith(wanted.slice(1)) && hostname.length > wanted.length - 1
    : hostname === wanted;
}
