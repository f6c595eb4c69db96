/** Sites that open at once; the person is asked about every other https address, and nothing else opens at all. */
const KNOWN_HOSTS: readonly string[] = ['developer.mozilla.org', 'docs.jsonata.org', 'playwright.dev'];

export interface LinkOpener {
  open(address: string): Promise<void>;
  /** Shows the address as it will be opened. */
  ask(address: string): Promise<boolean>;
}

/** Opens a link of the page in the person's own browser. Says whether it did. */
export async function openLink(address: string, { open, ask }: LinkOpener): Promise<boolean> {
  if (address.length > 2000 || !URL.canParse(address)) return false;
  const url = new URL(address);
  // A name before the host ("https://bank.example@evil.example") is only ever there to mislead.
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  const isKnown = KNOWN_HOSTS.includes(url.hostname) && url.port === '';
  if (!isKnown && !(await ask(url.href))) return false;
  await open(url.href);
  return true;
}
