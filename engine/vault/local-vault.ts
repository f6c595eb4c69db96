import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  AppError,
  assetFault,
  type AssetKind,
  assetKindSchema,
  credentialFaults,
  type CredentialFields,
  type CredentialKind,
  credentialKindSchema,
  isSecretField,
  type RunVault,
  vaultNameSchema,
  type VaultNames,
} from '@casare/shared';
import { z } from 'zod';
import type { VaultNeeds } from './run-vault.ts';

const fileSchema = z.strictObject({
  format: z.literal(1),
  credentials: z.record(
    vaultNameSchema,
    z.strictObject({
      kind: credentialKindSchema,
      fieldNames: z.array(z.string()),
      hosts: z.array(z.string()),
      /** The values as JSON, under AES-256-GCM with the name of the credential: nonce, text, tag. */
      sealed: z.string(),
    }),
  ),
  assets: z.record(vaultNameSchema, z.strictObject({ kind: assetKindSchema, value: z.json() })),
});
type Content = z.infer<typeof fileSchema>;

/** Credentials and assets of this person on this machine, under the names that workflows use on a fleet. */
export interface LocalVault {
  names(): Promise<VaultNames>;
  setCredential(name: string, kind: CredentialKind, fields: CredentialFields, hosts: readonly string[]): Promise<void>;
  setAsset(name: string, kind: AssetKind, value: unknown): Promise<void>;
  removeCredential(name: string): Promise<void>;
  removeAsset(name: string): Promise<void>;
  /** What a run needs; CREDENTIAL_MISSING where a name is not here. */
  read(needs: VaultNeeds): Promise<RunVault>;
}

export interface LocalVaultOptions {
  readonly path: string;
  /** 32 bytes; asked for when something is sealed or opened. */
  key(): Promise<Uint8Array>;
}

/** Names and kinds stand in the file in clear, values sealed. The file is for its owner only. */
export function openLocalVault({ path, key }: LocalVaultOptions): LocalVault {
  let last: Promise<unknown> = Promise.resolve();

  async function load(): Promise<Content> {
    let text: string;
    try {
      // Windows has no such bits.
      if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { format: 1, credentials: {}, assets: {} };
      throw error;
    }
    const parsed = fileSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new AppError(
      'DATA_FORMAT',
      `${path} is no file of credentials. Move it away, or bring it back from a backup.`,
    );
  }

  /** One change after the other; the file is whole at every moment. */
  function change(edit: (content: Content) => void | Promise<void>): Promise<void> {
    const next = last.then(async () => {
      const content = await load();
      await edit(content);
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.${randomBytes(6).toString('hex')}`;
      await writeFile(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
      await rename(partial, path);
    });
    last = next.catch(() => undefined);
    return next;
  }

  return {
    async names() {
      const { credentials, assets } = await load();
      return {
        credentials: Object.entries(credentials).map(([name, { kind, fieldNames }]) => ({ name, kind, fieldNames })),
        assets: Object.entries(assets).map(([name, { kind }]) => ({ name, kind })),
      };
    },
    async setCredential(name, kind, fields, hosts) {
      const faults = [...nameFaults(name), ...credentialFaults(kind, fields)];
      if (faults.length > 0) throw new AppError('VALIDATION', `The credential is wrong: ${faults.join('; ')}.`);
      const sealed = seal(await key(), name, JSON.stringify(fields));
      await change(({ credentials }) => {
        credentials[name] = { kind, fieldNames: Object.keys(fields), hosts: [...hosts], sealed };
      });
    },
    async setAsset(name, kind, value) {
      const fault = assetFault(kind, value);
      const faults = [...nameFaults(name), ...(fault === undefined ? [] : [`the value ${fault}`])];
      if (faults.length > 0) throw new AppError('VALIDATION', `The asset is wrong: ${faults.join('; ')}.`);
      await change(({ assets }) => {
        assets[name] = { kind, value: value as Content['assets'][string]['value'] };
      });
    },
    removeCredential: (name) =>
      change(({ credentials }) => {
        if (!Object.hasOwn(credentials, name)) throw missing([`credential "${name}"`], path);
        delete credentials[name];
      }),
    removeAsset: (name) =>
      change(({ assets }) => {
        if (!Object.hasOwn(assets, name)) throw missing([`asset "${name}"`], path);
        delete assets[name];
      }),
    async read(needs) {
      const { credentials, assets } = await load();
      const given = needs.assets.flatMap((name) => {
        const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
        if (!asset) return [];
        return [
          asset.kind === 'credential' && typeof asset.value === 'string'
            ? { name, value: null, credential: asset.value }
            : { name, value: asset.value },
        ];
      });
      const wanted = [...new Set([...needs.credentials, ...given.flatMap(({ credential }) => credential ?? [])])];
      const found = new Set(given.map(({ name }) => name));
      const faults = [
        ...wanted.filter((name) => !Object.hasOwn(credentials, name)).map((name) => `credential "${name}"`),
        ...needs.assets.filter((name) => !found.has(name)).map((name) => `asset "${name}"`),
      ];
      if (faults.length > 0) throw missing(faults, path);
      const bytes = wanted.length === 0 ? new Uint8Array() : await key();
      return {
        assets: given,
        credentials: wanted.map((name) => {
          const { kind, hosts, sealed } = credentials[name] as Content['credentials'][string];
          const fields = JSON.parse(open(bytes, name, sealed, path)) as Record<string, string>;
          const masked = Object.entries(fields).flatMap(([field, value]) =>
            value !== '' && isSecretField(kind, field) ? [value] : [],
          );
          return { name, fields, masked, hosts };
        }),
      };
    },
  };
}

function nameFaults(name: string): string[] {
  const parsed = vaultNameSchema.safeParse(name);
  return parsed.success ? [] : [`"${name}" is no name (${parsed.error.issues[0]?.message})`];
}

function missing(what: readonly string[], path: string): AppError {
  return new AppError(
    'CREDENTIAL_MISSING',
    `There is no ${what.join(', no ')} on this machine (${path}). Set it with "casare credentials set" or "casare assets set" and --local, or in the studio's settings.`,
    { details: { missing: [...what] } },
  );
}

const [nonceBytes, tagBytes] = [12, 16];

function seal(key: Uint8Array, name: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad(name));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function open(key: Uint8Array, name: string, sealed: string, path: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(aad(name)).setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
  } catch {
    throw new AppError(
      'SECRET_UNREADABLE',
      `The credential "${name}" in ${path} cannot be read with the key of this machine. Set it again.`,
    );
  }
}

function aad(name: string): Buffer {
  return Buffer.from(`casare local credential 1\n${name}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
