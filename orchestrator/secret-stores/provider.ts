import type { SecretStoreSettings } from '@casare/shared';

/** A kind of store. Another one is another file with this, listed in read-external.ts. */
export interface SecretProvider {
  /**
   * All keys at a path with their values as text. Throws SECRET_STORE_FAILED, `retryable` where it may answer another time.
   */
  read(access: StoreAccess, path: string): Promise<Readonly<Record<string, string>>>;
}

export interface StoreAccess {
  readonly settings: SecretStoreSettings;
  /** The token, or the secret id of the role. */
  readonly secret: string;
}
