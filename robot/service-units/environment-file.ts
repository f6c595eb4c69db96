import { AppError } from '@casare/shared';

/** Settings that a service is installed with, in the order of the page about them; the key stands among them and nowhere else. */
const KEPT =
  /^(ORCHESTRATOR_(URL|API_KEY)|ROBOT_(?!DATA$|KEY_FILE$)[A-Z_]+|CASARE_(PACKS|BROWSER)|LOG_LEVEL|DISPLAY|XAUTHORITY|NODE_EXTRA_CA_CERTS)$/;

/** A file as systemd reads it. */
export function environmentText(env: Readonly<Record<string, string | undefined>>, key: string): string {
  const settings = { ...env, ORCHESTRATOR_API_KEY: key };
  const lines = Object.entries(settings)
    .filter((entry): entry is [string, string] => KEPT.test(entry[0]) && entry[1] !== undefined && entry[1] !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${quoted(name, value)}`);
  return `${lines.join('\n')}\n`;
}

function quoted(name: string, value: string): string {
  if (/[\r\n]/.test(value))
    throw new AppError('CONFIG_INVALID', `${name} has several lines, which a service cannot be given.`);
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
