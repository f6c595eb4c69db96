export interface UnitOptions {
  scope: 'system' | 'user';
  /** Node, and the file it starts. */
  program: readonly [string, string];
  /** Holds the key and the settings; readable by its owner alone. */
  environmentFile: string;
  /** System only; absent: a user of its own that exists while the robot runs. */
  runAs?: string;
  /** Absent with a user of its own: the folder that systemd makes for it. */
  dataFolder?: string;
  graceSeconds: number;
}

/** Time after the grace period in which jobs are handed back (8 s), told of, and workers ended. */
const AFTER_GRACE_SECONDS = 30;

/** The robot as a unit of systemd: begun again with growing pauses when it fails, not when it was stopped or refused. */
export function unitText(options: UnitOptions): string {
  const { scope, program, environmentFile, runAs, dataFolder, graceSeconds } = options;
  const isOwnUser = scope === 'system' && runAs === undefined;
  return `[Unit]
Description=CasareRPA robot
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${program.map(quoted).join(' ')}
EnvironmentFile=${escaped(environmentFile)}
${[
  ...(isOwnUser ? ['DynamicUser=yes'] : runAs === undefined ? [] : [`User=${runAs}`]),
  ...(isOwnUser && dataFolder === undefined
    ? [
        'StateDirectory=casare-robot',
        'StateDirectoryMode=0700',
        'Environment=ROBOT_DATA=%S/casare-robot HOME=%S/casare-robot',
      ]
    : []),
  ...(dataFolder === undefined
    ? []
    : [`Environment=${quoted(`ROBOT_DATA=${dataFolder}`)}`, `ReadWritePaths=${quoted(`-${dataFolder}`)}`]),
].join('\n')}
# 0: told to stop. 2: wrong settings. 3: another robot works here. 4: the key is refused. None of these is helped by a new start.
Restart=always
RestartPreventExitStatus=0 2 3 4
RestartSec=1
RestartSteps=8
RestartMaxDelaySec=120
# The robot ends its workers itself; what is left after it goes too.
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=${graceSeconds + AFTER_GRACE_SECONDS}
UMask=0077
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
${scope === 'system' ? SYSTEM_HARDENING : USER_NOTE}

[Install]
WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}
`.replaceAll(/\n{3,}/g, '\n\n');
}

/** Not RestrictNamespaces and not MemoryDenyWriteExecute: the sandbox of browsers and compiled JavaScript need what these forbid. */
const SYSTEM_HARDENING = `ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes`;
const USER_NOTE = `ProtectSystem=full
# No PrivateTmp: the desktop of this person is reached through /tmp.`;

function escaped(path: string): string {
  return path.replaceAll('%', '%%');
}

function quoted(word: string): string {
  const safe = escaped(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$');
  return /[\s"\\]/.test(word) ? `"${safe}"` : safe;
}
