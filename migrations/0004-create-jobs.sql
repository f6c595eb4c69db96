-- Jobs with their leases, journals and logs, and the events about everything.
-- up
create sequence job_fences;
grant usage on sequence job_fences to casare_app;

-- Types with a rule rather than checks of the table: those are parsed again for every statement, which is a fifth of the time
-- of a claim.
create domain job_state as text
  check (value in ('pending', 'running', 'waiting', 'completed', 'failed', 'cancelled'));
create domain job_priority as smallint check (value between 0 and 20);
create domain job_ending as text check (value in ('complete', 'fail', 'release', 'park'));

create table jobs (
  tenant_id uuid not null default current_tenant(),
  -- Version 7: ordered by time, so the primary key serves lists and the order within a priority.
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  state job_state not null default 'pending',
  workflow_id uuid not null,
  workflow_name text not null,
  workflow_version int not null,
  content_hash text not null,
  priority job_priority not null default 10,
  input jsonb not null default '{}',
  output jsonb,
  error jsonb,
  robot_id uuid,
  -- The key the job was claimed with: reports must come with the same one.
  key_id uuid,
  target_robot_id uuid,
  required_capabilities text[] not null default '{}',
  required_tags text[] not null default '{}',
  environment text,
  attempt int not null default 0,
  -- Failed attempts that were followed by another one.
  retries int not null default 0,
  max_retries int not null default 3,
  -- Attempts in a row whose lease ran out.
  crashes int not null default 0,
  progress real,
  current_node text,
  cancel_requested boolean not null default false,
  dead_letter boolean not null default false,
  waiting_for jsonb,
  reference text,
  timeout_ms bigint,
  created_at timestamptz not null default now(),
  not_before timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  lease_until timestamptz,
  -- The lease token issued last; it stays when the lease ends.
  fence bigint,
  claim_key uuid,
  -- The lease token whose holder reported an end, and which end: the same report again is a duplicate.
  ended_fence bigint,
  ended_as job_ending,
  last_step_seq int not null default 0,
  last_log_seq int not null default 0,
  primary key (tenant_id, id),
  -- None for the workspace, the workflow version and the robot that claims: each is read in the statement that writes it or is
  -- that of the key, none of them is ever deleted, and every check would lock the one row that all jobs share.
  foreign key (tenant_id, target_robot_id) references robots (tenant_id, id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

create index jobs_pending on jobs (tenant_id, workspace_id, priority desc, id) where state = 'pending';
create index jobs_due on jobs (not_before) where state = 'pending' and not_before is not null;
create index jobs_running on jobs (tenant_id, robot_id) where state = 'running';
create index jobs_waiting on jobs (tenant_id, workspace_id) where state = 'waiting';
create index jobs_ended on jobs (tenant_id, workspace_id, finished_at, state) where finished_at is not null;
create index jobs_dead on jobs (tenant_id, workspace_id, id) where dead_letter;

-- The moves of shared/job-state.ts, and what every state has to hold; docs/job-states.md tells who makes them. One function,
-- compiled once per connection, costs less than the same rules as checks.
create function check_job() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.state <> new.state and not (case old.state
      when 'pending' then new.state in ('running', 'cancelled', 'failed')
      when 'running' then new.state in ('pending', 'waiting', 'completed', 'failed', 'cancelled')
      when 'waiting' then new.state in ('pending', 'failed', 'cancelled', 'completed')
      when 'failed' then new.state = 'pending'
      when 'cancelled' then new.state = 'pending'
      else false
    end) then
      raise exception 'a job cannot move from % to %', old.state, new.state
        using errcode = 'check_violation', constraint = 'jobs_move';
    end if;
  end if;
  if not (case new.state
    when 'running' then new.lease_until is not null and new.fence is not null and new.robot_id is not null
      and new.key_id is not null and new.finished_at is null and new.waiting_for is null
    when 'pending' then new.lease_until is null and new.finished_at is null and new.waiting_for is null
    when 'waiting' then new.lease_until is null and new.finished_at is null and new.waiting_for is not null
    else new.lease_until is null and new.finished_at is not null and new.waiting_for is null
  end) then
    raise exception 'a job that is % must have what belongs to that state, and nothing else', new.state
      using errcode = 'check_violation', constraint = 'jobs_state';
  end if;
  return new;
end $$;
create trigger checked before insert or update on jobs for each row execute function check_job();

alter table jobs enable row level security;
alter table jobs force row level security;
create policy own on jobs using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on jobs to casare_system using (true) with check (true);
grant select, insert, update on jobs to casare_app;
grant select, delete,
  update (state, error, crashes, dead_letter, finished_at, lease_until, progress, current_node, not_before) on jobs to casare_system;

create table job_steps (
  tenant_id uuid not null default current_tenant(),
  job_id uuid not null,
  seq int not null check (seq >= 1),
  -- A row of the journal, kept as it came.
  row json not null,
  primary key (tenant_id, job_id, seq),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade
);
alter table job_steps enable row level security;
alter table job_steps force row level security;
create policy own on job_steps using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on job_steps to casare_system using (true) with check (true);
grant select, insert on job_steps to casare_app;
grant select, delete on job_steps to casare_system;

create table job_logs (
  tenant_id uuid not null default current_tenant(),
  job_id uuid not null,
  seq int not null check (seq >= 1),
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  row json not null,
  primary key (tenant_id, job_id, seq),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade
);
alter table job_logs enable row level security;
alter table job_logs force row level security;
create policy own on job_logs using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on job_logs to casare_system using (true) with check (true);
grant select, insert on job_logs to casare_app;
grant select, delete on job_logs to casare_system;

-- Written in the transaction that changed something; what the subject looks like now is read when the event is shown.
create table events (
  seq bigint not null generated always as identity,
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  type text not null,
  ts timestamptz not null default clock_timestamp(),
  subject_id uuid not null,
  data jsonb,
  primary key (seq, tenant_id)
);
create index events_by_time on events using brin (ts);
alter table events enable row level security;
alter table events force row level security;
create policy own on events using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on events to casare_system using (true) with check (true);
grant select, insert on events to casare_app;
grant select, insert, delete on events to casare_system;

create table idempotency_keys (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  key text not null check (length(key) between 1 and 200),
  route text not null,
  body_hash bytea not null,
  -- Null while the first call is still at work.
  reply json,
  created_at timestamptz not null default now(),
  primary key (tenant_id, workspace_id, route, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy own on idempotency_keys using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on idempotency_keys to casare_system using (true) with check (true);
grant select, insert, update (reply) on idempotency_keys to casare_app;
grant select, delete on idempotency_keys to casare_system;

-- Depth of every queue, once a minute: it cannot be computed afterwards.
create table queue_samples (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  minute timestamptz not null,
  pending int not null,
  primary key (tenant_id, workspace_id, minute)
);
alter table queue_samples enable row level security;
alter table queue_samples force row level security;
create policy own on queue_samples using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on queue_samples to casare_system using (true) with check (true);
grant select on queue_samples to casare_app;
grant select, insert, delete on queue_samples to casare_system;

-- One row: when leases were looked at last, so that an outage can be told from dead robots.
create table maintenance (
  only_row boolean primary key default true check (only_row),
  leases_checked_at timestamptz,
  grace_until timestamptz
);
insert into maintenance default values;
grant select, update on maintenance to casare_system;

-- down
drop table maintenance;
drop table queue_samples;
drop table idempotency_keys;
drop table events;
drop table job_logs;
drop table job_steps;
drop table jobs;
drop function check_job();
drop domain job_state;
drop domain job_priority;
drop domain job_ending;
drop sequence job_fences;
