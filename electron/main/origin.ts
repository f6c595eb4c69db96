/** The one place the studio's pages come from. */
export const STUDIO_SCHEME = 'app';
const STUDIO_HOST = 'studio';
export const STUDIO_URL = `${STUDIO_SCHEME}://${STUDIO_HOST}/`;

/** Whether an address is the studio's. Read by parts: `URL.origin` of a scheme Node does not know is "null". */
export function isStudioUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return protocol === `${STUDIO_SCHEME}:` && host === STUDIO_HOST && username === '' && password === '';
}
