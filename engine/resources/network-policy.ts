import { AppError, createHostList, isPublicAddress, wrongHostEntries } from '@casare/shared';
import { isIP } from 'node:net';
import type { HttpPolicy } from './http-access.ts';

/** Where the runs of a machine may connect to. JSON, so that it can be handed to worker processes. */
export interface NetworkSettings {
  /** `open`: everywhere but to cloud metadata addresses; `strict`: to public addresses, and to what is listed. */
  mode: 'open' | 'strict';
  /** Names (`erp.example`), names below one (`*.example`), addresses and networks (`10.1.0.0/16`). */
  allowed: readonly string[];
}

/** The entries that mean nothing. */
export function wrongHosts(entries: readonly string[]): string[] {
  return wrongHostEntries(entries);
}

/** The policy of the machine for everything its runs connect to. */
export function networkPolicy({ mode, allowed }: NetworkSettings): HttpPolicy {
  const wrong = wrongHosts(allowed);
  if (wrong.length > 0)
    throw new AppError(
      'CONFIG_INVALID',
      `These are no hosts and no networks: ${wrong.join(', ')}. Write e.g. erp.example, *.example or 10.1.0.0/16.`,
    );
  if (mode === 'open') return {};
  const listed = createHostList(allowed);

  return {
    mayReach(address, host) {
      const plain = address.replace(/^\[|\]$/g, '');
      if (isIP(plain) === 0) return false;
      return listed.hasName(host) || isPublicAddress(plain) || listed.hasAddress(plain);
    },
  };
}
