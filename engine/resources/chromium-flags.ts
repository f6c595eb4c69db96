/**
 * Where clouds hand their keys to whoever asks from the machine (http-policy.ts holds the same places as numbers): such a name or
 * number leads nowhere, whether a person, a page or a redirect asks for it. The browser looks at these rules wherever it looks up an
 * address, so they cost nothing; a number inside an IPv6 form is seen by its last two groups.
 */
const UNREACHABLE = [
  '169.254.169.254',
  '169.254.169.253',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  ...['a9fe:a9fe', 'a9fe:a9fd', 'a9fe:aa02', 'a9fe:aa17', '6464:64c8', 'c000:c0'].flatMap((groups) => [
    `*:${groups}*`,
    `*2002:${groups}:*`,
  ]),
  '*fd00:ec2::254*',
  '*fd00:ec2::23*',
  '*fd20:ce::254*',
];

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
    // Real-time connections of pages would go past every rule on addresses.
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    `--host-resolver-rules=${UNREACHABLE.map((host) => `MAP ${host} ~NOTFOUND`).join(', ')}`,
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
