import { AppError, type Workflow } from '@casare/shared';
import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { type Db, oneInTenant } from '../db/transaction.ts';

/** A version as jobs need it. */
export interface VersionContent {
  readonly document: Pick<Workflow, 'inputs' | 'name'>;
  /** The document as JSON text, ready to be sent. */
  readonly text: string;
  readonly contentHash: string;
  readonly requiredCapabilities: readonly string[];
  readonly requiredTags: readonly string[];
  readonly environment: string | null;
  readonly timeoutMs: number | null;
}

export interface Documents {
  /** Who is in a transaction gives it: waiting for a second connection while holding one can end with all of them waiting. */
  get(tenantId: string, workflowId: string, version: number, db?: Db): Promise<VersionContent>;
}

interface Row {
  text: string;
  content_hash: string;
  required_capabilities: string[];
  required_tags: string[];
  environment: string | null;
  timeout_ms: number | null;
}

/** Versions never change, so those used last are kept in memory, up to so many characters of JSON. */
export function createDocuments(pool: Pool, maxCharacters = 64_000_000): Documents {
  const kept = new Map<string, VersionContent>();
  let characters = 0;
  return {
    async get(tenantId, workflowId, version, db) {
      const name = `${tenantId}/${workflowId}/${version}`;
      const known = kept.get(name);
      if (known) {
        // The order of a Map is that of insertion: what was used last goes to the end.
        kept.delete(name);
        kept.set(name, known);
        return known;
      }
      const content = await load(db ?? alone(pool, tenantId), workflowId, version);
      // Several may have loaded it at the same time.
      if (!kept.has(name)) characters += content.text.length;
      kept.set(name, content);
      for (const [oldest, entry] of kept) {
        if (characters <= maxCharacters || oldest === name) break;
        kept.delete(oldest);
        characters -= entry.text.length;
      }
      return content;
    },
  };
}

function alone(pool: Pool, tenantId: string): Db {
  return { query: (statement) => oneInTenant(pool, tenantId, statement) };
}

async function load(db: Db, workflowId: string, version: number): Promise<VersionContent> {
  const [row] = await db.query<Row>(sql`
    select document::text as text, content_hash, required_capabilities, required_tags, environment, timeout_ms
    from workflow_versions where workflow_id = ${workflowId}::uuid and version = ${version}::int`);
  if (!row) throw new AppError('NOT_FOUND', `The workflow has no version ${version}.`);
  return {
    document: JSON.parse(row.text) as Workflow,
    text: row.text,
    contentHash: row.content_hash,
    requiredCapabilities: row.required_capabilities,
    requiredTags: row.required_tags,
    environment: row.environment,
    timeoutMs: row.timeout_ms,
  };
}
