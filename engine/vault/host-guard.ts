import { AppError, type RunCredential } from '@casare/shared';
import { createPatternSearch, type PatternSearch } from '../pattern-search.ts';
import { formsOf } from '../secret-forms.ts';
import { hostFits } from './host-fits.ts';

/** Keeps credentials that are for certain hosts from going to others, whatever way their values took through a workflow. */
export interface HostGuard {
  /** Whether any credential of the run is bound to hosts. */
  readonly active: boolean;
  add(credential: Pick<RunCredential, 'name' | 'masked' | 'hosts'>): void;
  /** Throws CREDENTIAL_REFUSED where one of the texts holds a credential, in any common encoding, that is not for the host of this address. */
  check(address: string, texts: Iterable<string>): void;
}

interface Bound {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly search: PatternSearch;
}

export function createHostGuard(): HostGuard {
  const bound = new Map<string, Bound>();
  return {
    get active() {
      return bound.size > 0;
    },
    add({ name, masked, hosts }) {
      const forms = masked.flatMap(formsOf);
      if (hosts.length > 0 && forms.length > 0) bound.set(name, { name, hosts, search: createPatternSearch(forms) });
    },
    check(address, texts) {
      if (bound.size === 0) return;
      const host = hostOf(address);
      const elsewhere = [...bound.values()].filter(({ hosts }) => !hosts.some((pattern) => hostFits(host, pattern)));
      if (elsewhere.length === 0) return;
      for (const text of texts) {
        const found = elsewhere.find(({ search }) => holds(search, text));
        if (found) throw refused(found, host);
      }
    },
  };
}

/** Addresses without a host (a blank page) fit no pattern. */
function hostOf(address: string): string {
  const hostname = URL.canParse(address) ? new URL(address).hostname : '';
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function holds(search: PatternSearch, text: string): boolean {
  let found = false;
  search.scan(text, () => {
    found = true;
  });
  return found;
}

function refused({ name, hosts }: Bound, host: string): AppError {
  return new AppError(
    'CREDENTIAL_REFUSED',
    `The credential "${name}" may go to ${hosts.join(', ')} only, not to "${host}". Correct the address, or add the host to the credential.`,
    { details: { credential: name, host, hosts: [...hosts] } },
  );
}
