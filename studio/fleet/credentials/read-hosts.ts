/** Hosts as people type or paste them: one a line, or with commas; of an address its host counts. */
export function readHosts(text: string): string[] {
  const hosts = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((part) => (/^https?:\/\//i.test(part) && URL.canParse(part) ? new URL(part).hostname : part).toLowerCase());
  return [...new Set(hosts)];
}
