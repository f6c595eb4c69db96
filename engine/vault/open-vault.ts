import type { Redactor } from '../redact.ts';
import type { Program } from '../program.ts';
import type { RunOptions } from '../run-options.ts';
import { createHostGuard, type HostGuard } from './host-guard.ts';
import { createRunVault, type RunVaultAccess, type VaultScope } from './run-vault.ts';

export interface OpenedVault {
  access: RunVaultAccess;
  /** Which hosts credentials may go to. */
  hosts: HostGuard;
  /** What the run's own workflow sees. */
  scope: VaultScope;
}

/** Before anything else of a run: what is secret is masked from its first event on. */
export async function openVault({ needs }: Program, options: RunOptions, redactor: Redactor): Promise<OpenedVault> {
  const hosts = createHostGuard();
  const access = createRunVault(options.readVault, redactor, hosts);
  const { signal = new AbortController().signal } = options;
  return { access, hosts, scope: await access.scopeFor(needs, signal) };
}
