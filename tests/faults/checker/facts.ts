import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { SeenEffect } from '../harness/ledger.ts';
import type { TapEntry } from '../harness/http-link.ts';

export interface JobFact {
  readonly id: string;
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly state: string;
  readonly reference: string | null;
  readonly workflow_name: string;
  readonly fence: number | null;
  readonly ended_fence: number | null;
  readonly ended_as: string | null;
  readonly last_step_seq: number;
  readonly output: string | null;
}

export interface EventFact {
  readonly seq: number;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly type: string;
}

export interface StepFact {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly seq: number;
  readonly row_seq: number;
  readonly kind: string;
  readonly path: string;
}

/** Something that was promised to a client. */
export interface SubmissionFact {
  readonly reference: string;
  readonly id?: string | undefined;
  /** The effects a job of it has when it completes. */
  readonly slots: readonly { readonly class: SeenEffect['class']; readonly slot: string }[];
}

export interface Measured {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
}

/** What a run left behind, as far as it is known; the invariants look at this and at nothing else. */
export interface Facts {
  readonly jobs: readonly JobFact[];
  readonly events: readonly EventFact[];
  readonly steps: readonly StepFact[];
  /** `(schedule, slot)` of every firing; undefined where this version has no schedules. */
  readonly firings: readonly string[] | undefined;
  readonly submissions: readonly SubmissionFact[];
  readonly tap: readonly TapEntry[];
  readonly effects: readonly SeenEffect[];
  /** Places where something of another tenant, or a secret, was found. */
  readonly foreign: readonly string[];
  readonly secrets: readonly string[];
  /** What an orchestrator says about each job, by job. */
  readonly shown: ReadonlyMap<string, string>;
  readonly measured: readonly Measured[];
}

interface FactSources {
  readonly databaseUrl: string;
  readonly submissions?: readonly SubmissionFact[];
  readonly tap?: readonly TapEntry[];
  readonly effects?: readonly SeenEffect[];
  readonly shown?: ReadonlyMap<string, string>;
  readonly measured?: readonly Measured[];
  /** Text that must be nowhere but in inputs. */
  readonly secret?: string;
  /** Text of another tenant that must be in no row of the first one, and in no answer. */
  readonly foreignText?: string;
  /** Data folders of robots, and lines that processes printed. */
  readonly folders?: readonly string[];
  readonly lines?: readonly string[];
}

/** Reads the database as its administrator, and what else is given. */
export async function collectFacts(sources: FactSources): Promise<Facts> {
  const client = new pg.Client({ connectionString: sources.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  const rows = async <Row>(text: string) => (await client.query(text)).rows as Row[];
  try {
    const jobs = await rows<JobFact>(
      `select id, tenant_id, workspace_id, state, reference, workflow_name, fence::float8, ended_fence::float8, ended_as,
         last_step_seq, output::text from jobs order by id`,
    );
    const events = await rows<EventFact>(
      `select seq::float8, tenant_id, subject_id as job_id, type from events where type like 'job.%' order by events.seq`,
    );
    const steps = await rows<StepFact>(
      `select tenant_id, job_id, seq, (row->>'seq')::int as row_seq, row->>'kind' as kind, row->>'path' as path
       from job_steps order by job_id, job_steps.seq`,
    );
    const [table] = await rows<{ name: string | null }>("select to_regclass('schedule_firings')::text as name");
    const firings = table?.name
      ? (await rows<{ slot: string }>("select schedule_id || ' ' || slot as slot from schedule_firings")).map(
          ({ slot }) => slot,
        )
      : undefined;
    const text = await rows<{ place: string; tenant_id: string; text: string }>(everyRow);
    const firstTenant = jobs.find(({ reference }) =>
      sources.submissions?.some((one) => one.reference === reference),
    )?.tenant_id;
    return {
      jobs,
      events,
      steps,
      firings,
      submissions: sources.submissions ?? [],
      tap: sources.tap ?? [],
      effects: sources.effects ?? [],
      foreign: foreignPlaces(
        sources,
        text.filter((row) => row.tenant_id === firstTenant),
      ),
      secrets: secretPlaces(sources, text),
      shown: sources.shown ?? new Map(),
      measured: sources.measured ?? [],
    };
  } finally {
    await client.end();
  }
}

/** Every row that a job leaves, without what it was given. */
const everyRow = `
  select 'job_steps' as place, tenant_id, row::text as text from job_steps
  union all select 'job_logs', tenant_id, row::text from job_logs
  union all select 'events', tenant_id, to_jsonb(e)::text from events e
  union all select 'audit_log', tenant_id, to_jsonb(a)::text from audit_log a
  union all select 'jobs', tenant_id, (to_jsonb(j) - 'input')::text from jobs j`;

function foreignPlaces(
  { foreignText, tap = [], effects = [] }: FactSources,
  text: readonly { place: string; text: string }[],
): string[] {
  if (foreignText === undefined) return [];
  return [
    ...text.filter((row) => row.text.includes(foreignText)).map(({ place }) => `a row of ${place}`),
    ...tap.filter(({ answer }) => answer.includes(foreignText)).map(({ path }) => `the answer of ${path}`),
    ...effects
      .filter(({ reference, body }) => `${reference}${body}`.includes(foreignText))
      .map(({ slot }) => `the effect ${slot}`),
  ];
}

function secretPlaces(
  { secret, folders = [], lines = [] }: FactSources,
  text: readonly { place: string; text: string }[],
): string[] {
  if (secret === undefined) return [];
  const forms = [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
  const holds = (value: string) => forms.some((form) => value.includes(form));
  return [
    ...text.filter((row) => holds(row.text)).map(({ place }) => `a row of ${place}`),
    ...lines.filter(holds).map((line) => `a printed line: ${line.slice(0, 200)}`),
    ...folders.flatMap((folder) => filesIn(folder).filter((file) => holds(readFileSync(file, 'latin1')))),
  ];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('compiled'))
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  } catch {
    // Files of jobs come and go.
    return [];
  }
}
