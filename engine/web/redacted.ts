/** Text without the secrets a server may have echoed. */
export function redacted(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length > 3).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
