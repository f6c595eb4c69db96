/**
 * Flags beyond Playwright's own: no traffic that no page asked for, and no GPU process, which robots have no use for.
 * Chromium refuses to start as root inside its own sandbox, so there, and only there, it goes without.
 */
export function chromiumFlags(isRoot: boolean): string[] {
  const flags = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return isRoot ? [...flags, '--no-sandbox'] : flags;
}

/** Windows has no such number and no such rule. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The environment of a browser: what pages reach must hold no keys of ours, or of anybody. */
export function browserEnvironment(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isPrivate = /^(CASARE|ORCHESTRATOR|DATABASE|PG)_?|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isPrivate.test(name)));
}
