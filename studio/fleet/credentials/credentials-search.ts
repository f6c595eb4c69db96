import { CREDENTIAL_KINDS, type CredentialKind } from '@casare/shared';
import { defined, type Raw, readList, text } from '../url-filters.ts';

export const CREDENTIAL_KIND_NAMES = Object.keys(CREDENTIAL_KINDS) as CredentialKind[];

export interface CredentialsSearch {
  kind?: CredentialKind;
  q?: string;
  /** The credential whose details are open. */
  credential?: string;
}

export function readCredentialsSearch(raw: Raw): CredentialsSearch {
  return defined({
    kind: readList(text(raw, 'kind'), CREDENTIAL_KIND_NAMES)[0],
    q: text(raw, 'q'),
    credential: text(raw, 'credential'),
  } as CredentialsSearch);
}
