import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';

export interface AllowedNames {
  readonly credentials: ReadonlySet<string>;
  readonly assets: ReadonlySet<string>;
}

interface Version {
  document_id: string;
  credential_names: string[];
  asset_names: string[];
  called_workflows: string[];
}

/** More workflows than this are not followed from one job. */
const mostWorkflows = 1000;

/**
 * What a job may ask for: the names in its document and in those it calls in place, however deep. Where a step takes the id of the called workflow
 * from an expression, that is any published one of the workspace.
 */
export async function allowedNames(
  db: Db,
  workspaceId: string,
  job: { workflow_id: string; workflow_version: number },
): Promise<AllowedNames> {
  const own = await db.query<Version>(sql`
    select w.document_id, v.credential_names, v.asset_names, v.called_workflows
    from workflow_versions v join workflows w on w.tenant_id = v.tenant_id and w.id = v.workflow_id
    where v.workflow_id = ${job.workflow_id}::uuid and v.version = ${job.workflow_version}::int`);
  const seen = new Map<string, Version>();
  let next = own;
  while (next.length > 0 && seen.size < mostWorkflows) {
    for (const version of next) seen.set(version.document_id, version);
    const calls = new Set(next.flatMap((version) => version.called_workflows));
    next = (await publishedVersions(db, workspaceId, calls)).filter((version) => !seen.has(version.document_id));
  }
  const versions = [...seen.values()];
  return {
    credentials: new Set(versions.flatMap((version) => version.credential_names)),
    assets: new Set(versions.flatMap((version) => version.asset_names)),
  };
}

/** A call may name an older version of a workflow, so the names of all its versions count. */
async function publishedVersions(db: Db, workspaceId: string, calls: ReadonlySet<string>): Promise<Version[]> {
  if (calls.size === 0) return [];
  return db.query<Version>(sql`
    select w.document_id,
      coalesce(array_agg(distinct c.name) filter (where c.name is not null), '{}') as credential_names,
      coalesce(array_agg(distinct a.name) filter (where a.name is not null), '{}') as asset_names,
      coalesce(array_agg(distinct k.id) filter (where k.id is not null), '{}') as called_workflows
    from workflows w join workflow_versions v on v.tenant_id = w.tenant_id and v.workflow_id = w.id
    left join lateral unnest(v.credential_names) as c (name) on true
    left join lateral unnest(v.asset_names) as a (name) on true
    left join lateral unnest(v.called_workflows) as k (id) on true
    where w.workspace_id = ${workspaceId}::uuid and w.published_version is not null
      and (${calls.has('*')}::boolean or w.document_id = any(${[...calls]}::text[]))
    group by w.document_id limit ${mostWorkflows}::int`);
}
