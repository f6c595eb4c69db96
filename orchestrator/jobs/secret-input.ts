import type { Workflow } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Vault } from '../vault/vault.ts';

const mask = '••••';

type Input = Record<string, unknown>;

/** An input as people see it, and what of it the workflow declares as secret. */
export interface SplitInput {
  readonly shown: Input;
  readonly secret: Input | undefined;
}

export function splitInput({ inputs }: Pick<Workflow, 'inputs'>, input: Input): SplitInput {
  const names = inputs.filter((one) => one.secret === true && !isNothing(input[one.name])).map(({ name }) => name);
  if (names.length === 0) return { shown: input, secret: undefined };
  const pick = (of: (name: string) => unknown) => Object.fromEntries(names.map((name) => [name, of(name)]));
  return { shown: { ...input, ...pick(() => mask) }, secret: pick((name) => input[name]) };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Ids for jobs whose secrets are sealed before they are written: what is sealed fits one job only. In the order of the jobs. */
export async function newJobIds(db: Db, count: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`select uuidv7() as id from generate_series(1, ${count}::int)`);
  return rows.map(({ id }) => id).toSorted();
}

export function sealInput(vault: Vault, tenantId: string, jobId: string, secret: Input): string {
  return vault.sealText(tenantId, 'job-input', jobId, JSON.stringify(secret));
}

/** The input as it was submitted, as JSON text. Throws SECRET_UNREADABLE. */
export function openInput(vault: Vault, tenantId: string, jobId: string, shown: string, sealed: string): string {
  const secret = JSON.parse(vault.openText(tenantId, 'job-input', jobId, sealed)) as Input;
  return JSON.stringify({ ...(JSON.parse(shown) as Input), ...secret });
}
