-- Who gets which job: groups, reservations, affinity, dependencies, robots that cannot; and what a job needs to be watched.
-- up
create domain job_affinity as text check (value in ('soft', 'hard', 'session'));

alter table jobs
  add column target_group_id uuid,
  -- Worth something when several robots wait, needed by none.
  add column preferred_tags text[] not null default '{}',
  add column affinity job_affinity,
  add column affinity_key text,
  -- The session is over when this job has ended.
  add column session_ends boolean not null default false,
  -- Jobs it still waits for. Most wait for none and nobody waits for them: the end of those must not look for anybody.
  add column waits_for int not null default 0,
  add column has_dependents boolean not null default false,
  add column has_rejections boolean not null default false,
  -- Not started by then: it fails.
  add column deadline timestamptz,
  add column pending_since timestamptz not null default now(),
  -- The job that started it, and the job it is another try of.
  add column parent_job_id uuid,
  add column replay_of uuid,
  add column replayed_by uuid,
  -- When the engine was heard of last, and since when it has been silent for longer than its step ever was.
  add column progress_at timestamptz,
  -- Where the request that submitted it stands in a trace (W3C traceparent).
  add column trace_parent text check (length(trace_parent) <= 60),
  add column stuck_at timestamptz;
create index jobs_by_affinity on jobs (tenant_id, workspace_id, affinity_key) where affinity is not null;
create index jobs_of_parent on jobs (tenant_id, parent_job_id) where parent_job_id is not null;
create index jobs_deadline on jobs (deadline) where state = 'pending' and deadline is not null;
grant update (waits_for, stuck_at, ended_fence, ended_as, cancel_requested, waiting_for) on jobs to casare_system;
grant delete on jobs to casare_app;

create table robot_groups (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null default '',
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table robot_groups enable row level security;
alter table robot_groups force row level security;
create policy own on robot_groups using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robot_groups to casare_system using (true) with check (true);
grant select, insert, update, delete on robot_groups to casare_app;
grant select on robot_groups to casare_system;

alter table robots
  -- The groups it is in. An array, because every claim reads it.
  add column group_ids uuid[] not null default '{}',
  -- The end of its last reservation: most robots have none, and those need not look.
  add column reserved_until timestamptz,
  -- What its process said of it (tags, environment, maxConcurrentJobs), and what people set instead.
  add column registered jsonb not null default '{}',
  add column settings jsonb not null default '{}';

-- Jobs of nobody else run there meanwhile.
create table robot_reservations (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  robot_id uuid not null,
  -- For jobs of this workflow, for this group, or with this reference.
  workflow_id uuid,
  group_id uuid,
  reference text check (length(reference) between 1 and 200),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text not null default '',
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id),
  foreign key (tenant_id, group_id) references robot_groups (tenant_id, id),
  check (num_nonnulls(workflow_id, group_id, reference) = 1),
  check (ends_at > starts_at)
);
create index robot_reservations_of_robot on robot_reservations (tenant_id, robot_id, ends_at);
alter table robot_reservations enable row level security;
alter table robot_reservations force row level security;
create policy own on robot_reservations using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robot_reservations to casare_system using (true) with check (true);
grant select, insert, delete on robot_reservations to casare_app;
grant select, delete on robot_reservations to casare_system;

-- Which robot has the state of a key, and which one a session runs on.
create table affinities (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  kind text not null check (kind in ('state', 'session')),
  key text not null check (length(key) between 1 and 200),
  robot_id uuid not null,
  since timestamptz not null default clock_timestamp(),
  used_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz not null default 'infinity',
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, kind, key),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
) with (fillfactor = 70);
alter table affinities enable row level security;
alter table affinities force row level security;
create policy own on affinities using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on affinities to casare_system using (true) with check (true);
grant select, insert, update, delete on affinities to casare_app, casare_system;

create table job_dependencies (
  tenant_id uuid not null default current_tenant(),
  job_id uuid not null,
  on_job_id uuid not null,
  condition text not null check (condition in ('success', 'end')),
  met boolean not null default false,
  primary key (tenant_id, job_id, on_job_id),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
  foreign key (tenant_id, on_job_id) references jobs (tenant_id, id) on delete cascade,
  check (job_id <> on_job_id)
);
create index job_dependencies_on on job_dependencies (tenant_id, on_job_id);
alter table job_dependencies enable row level security;
alter table job_dependencies force row level security;
create policy own on job_dependencies using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on job_dependencies to casare_system using (true) with check (true);
grant select, insert, update (met) on job_dependencies to casare_app;
grant select, update (met), delete on job_dependencies to casare_system;

-- Robots that took a job and could not run it: it is not offered to them for a while.
create table job_rejections (
  tenant_id uuid not null default current_tenant(),
  job_id uuid not null,
  robot_id uuid not null,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  times int not null default 1,
  primary key (tenant_id, job_id, robot_id),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
create index job_rejections_of_robot on job_rejections (tenant_id, robot_id);
alter table job_rejections enable row level security;
alter table job_rejections force row level security;
create policy own on job_rejections using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on job_rejections to casare_system using (true) with check (true);
grant select, insert, update, delete on job_rejections to casare_app;
grant select, delete on job_rejections to casare_system;

-- What jobs of a workflow need and how they are watched, unless a job says otherwise.
create table workflow_routing (
  tenant_id uuid not null default current_tenant(),
  workflow_id uuid not null,
  required_capabilities text[] not null default '{}',
  required_tags text[] not null default '{}',
  preferred_tags text[] not null default '{}',
  environment text,
  target_group_id uuid,
  default_robot_id uuid,
  -- Silent for so long it is stuck; absent: as the history of the step says.
  stuck_after_seconds int check (stuck_after_seconds between 10 and 604800),
  stuck_policy text not null default 'warn' check (stuck_policy in ('warn', 'cancel', 'requeue')),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, workflow_id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade,
  foreign key (tenant_id, target_group_id) references robot_groups (tenant_id, id),
  foreign key (tenant_id, default_robot_id) references robots (tenant_id, id)
);
alter table workflow_routing enable row level security;
alter table workflow_routing force row level security;
create policy own on workflow_routing using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on workflow_routing to casare_system using (true) with check (true);
grant select, insert, update, delete on workflow_routing to casare_app;
grant select on workflow_routing to casare_system;

-- How long the steps of a version took, gathered from the journals.
create table step_timings (
  tenant_id uuid not null default current_tenant(),
  workflow_id uuid not null,
  version int not null,
  node_id text not null,
  runs bigint not null,
  total_ms double precision not null,
  longest_ms double precision not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, workflow_id, version, node_id),
  foreign key (tenant_id, workflow_id, version) references workflow_versions (tenant_id, workflow_id, version) on delete cascade
) with (fillfactor = 70);
alter table step_timings enable row level security;
alter table step_timings force row level security;
create policy own on step_timings using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on step_timings to casare_system using (true) with check (true);
grant select on step_timings to casare_app;
grant select, insert, update, delete on step_timings to casare_system;

-- Rules that look at other tables, as functions: what a claim asks of few jobs would cost every claim its planning and opening.
-- orchestrator/jobs/rules.ts says what they mean.

-- The robot whose hold on a key counts: of a session while it lasts and the robot lives, of state while the robot is there.
create function affinity_holder(tenant uuid, workspace uuid, mode text, wanted_key text) returns uuid stable language plpgsql as $$
begin
  return (
    select h.robot_id from affinities h join robots r on r.tenant_id = h.tenant_id and r.id = h.robot_id
    where h.tenant_id = tenant and h.workspace_id = workspace and h.key = wanted_key
      and h.kind = case when mode = 'session' then 'session' else 'state' end and h.ends_at > clock_timestamp()
      and r.removed_at is null and (mode = 'hard' or r.state <> 'offline'));
end $$;

-- Where nobody has the session or state yet, its first due job decides who does, and the others wait for that: two of them in
-- one batch, or claimed at two instances at once, would end on two robots.
create function affinity_allows(tenant uuid, workspace uuid, mode text, wanted_key text, job uuid, urgency smallint,
  claimable_since timestamptz, robot uuid) returns boolean stable language plpgsql as $$
declare
  holder uuid := affinity_holder(tenant, workspace, mode, wanted_key);
begin
  if holder is not null then
    return holder = robot or (mode = 'soft' and claimable_since <= clock_timestamp() - interval '30 seconds');
  end if;
  return mode = 'soft' or not exists (
    select from jobs o
    where o.tenant_id = tenant and o.workspace_id = workspace and o.affinity = mode and o.affinity_key = wanted_key
      and o.state = 'pending' and o.waits_for = 0 and (o.not_before is null or o.not_before <= clock_timestamp())
      and (o.priority > urgency or (o.priority = urgency and o.id < job)));
end $$;

create function is_reserved(tenant uuid, robot uuid) returns boolean stable language plpgsql as $$
begin
  return exists (
    select from robot_reservations s
    where s.tenant_id = tenant and s.robot_id = robot and s.starts_at <= clock_timestamp() and s.ends_at > clock_timestamp());
end $$;

create function is_reserved_for(tenant uuid, robot uuid, workflow uuid, for_group uuid, for_reference text) returns boolean
stable language plpgsql as $$
begin
  return exists (
    select from robot_reservations s
    where s.tenant_id = tenant and s.robot_id = robot and s.starts_at <= clock_timestamp() and s.ends_at > clock_timestamp()
      and (s.workflow_id = workflow or s.group_id = for_group or s.reference = for_reference));
end $$;

create function is_rejected(tenant uuid, job uuid, robot uuid) returns boolean stable language plpgsql as $$
begin
  return exists (
    select from job_rejections x
    where x.tenant_id = tenant and x.job_id = job and x.robot_id = robot and x.until > clock_timestamp());
end $$;

-- As before, and notes since when a job is pending, when it started and that it is no longer stuck.
create or replace function check_job() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.state <> new.state then
      if not (case old.state
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
      if new.state = 'running' then
        new.progress_at := clock_timestamp();
      elsif new.state = 'pending' then
        new.pending_since := clock_timestamp();
      end if;
      new.stuck_at := null;
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

-- However a job ends, or is tried again, those that wait for it hear of it in the same transaction.
create function tell_dependents() returns trigger language plpgsql as $$
begin
  if new.state = 'pending' then
    -- Tried again: what ended because of it waits again, and so do those that were let go by its end.
    with revived as (
      update jobs set state = 'pending', error = null, finished_at = null, cancel_requested = false
      where tenant_id = new.tenant_id and state = 'cancelled' and error ->> 'code' = 'DEPENDENCY_FAILED'
        and error #>> '{details,jobId}' = new.id::text and id in (
          with recursive behind as (
            select d.job_id from job_dependencies d where d.tenant_id = new.tenant_id and d.on_job_id = new.id
            union
            select d.job_id from behind b join job_dependencies d on d.tenant_id = new.tenant_id and d.on_job_id = b.job_id
          )
          select job_id from behind)
      returning tenant_id, workspace_id, id
    )
    insert into events (tenant_id, workspace_id, type, subject_id)
    select tenant_id, workspace_id, 'job.requeued', id from revived;
    with undone as (
      update job_dependencies d set met = false from jobs j
      where d.tenant_id = new.tenant_id and d.on_job_id = new.id and d.met
        and j.tenant_id = d.tenant_id and j.id = d.job_id and j.state = 'pending' and j.attempt = 0
      returning d.job_id
    )
    update jobs set waits_for = waits_for + 1 from undone where jobs.tenant_id = new.tenant_id and jobs.id = undone.job_id;
    return null;
  end if;
  -- Those behind one that ended in this way have been told with it.
  if new.state <> 'completed' and new.error ->> 'code' is distinct from 'DEPENDENCY_FAILED' then
    with recursive behind as (
      select d.job_id from job_dependencies d
      where d.tenant_id = new.tenant_id and d.on_job_id = new.id and d.condition = 'success'
      union
      select d.job_id from behind b join job_dependencies d
        on d.tenant_id = new.tenant_id and d.on_job_id = b.job_id and d.condition = 'success'
    ), ended as (
      update jobs set state = 'cancelled', finished_at = clock_timestamp(), error = jsonb_build_object(
        'code', 'DEPENDENCY_FAILED',
        'message', format('It was to run after job %s (%s), which is %s. Retry that one, and this one waits for it again.',
          new.id, new.workflow_name, new.state),
        'details', jsonb_build_object('jobId', new.id, 'state', new.state))
      where tenant_id = new.tenant_id and id in (select job_id from behind) and state = 'pending' and waits_for > 0
      returning tenant_id, workspace_id, id
    )
    insert into events (tenant_id, workspace_id, type, subject_id)
    select tenant_id, workspace_id, 'job.cancelled', id from ended;
  end if;
  with met as (
    update job_dependencies set met = true
    where tenant_id = new.tenant_id and on_job_id = new.id and not met and (new.state = 'completed' or condition = 'end')
    returning job_id
  )
  update jobs set waits_for = waits_for - 1 from met where jobs.tenant_id = new.tenant_id and jobs.id = met.job_id;
  return null;
end $$;
create trigger dependents_told after update of state on jobs for each row
  when (new.has_dependents and old.state <> new.state and (new.state in ('completed', 'failed', 'cancelled')
    or (new.state = 'pending' and old.state in ('failed', 'cancelled'))))
  execute function tell_dependents();

-- Whoever runs a job has its state from then on, and holds its session until five minutes after the last job of it.
create function keep_affinity() returns trigger language plpgsql as $$
begin
  if new.state = 'running' then
    insert into affinities (tenant_id, workspace_id, kind, key, robot_id)
    values (new.tenant_id, new.workspace_id, case new.affinity when 'session' then 'session' else 'state' end, new.affinity_key,
      new.robot_id)
    on conflict (tenant_id, workspace_id, kind, key) do update set robot_id = excluded.robot_id, used_at = clock_timestamp(),
      ends_at = 'infinity',
      since = case when affinities.robot_id = excluded.robot_id then affinities.since else clock_timestamp() end;
  elsif new.affinity = 'session' and new.state in ('completed', 'failed', 'cancelled') then
    if new.session_ends then
      delete from affinities where tenant_id = new.tenant_id and workspace_id = new.workspace_id and kind = 'session'
        and key = new.affinity_key;
    else
      update affinities set used_at = clock_timestamp(), ends_at = case when exists (
          select from jobs o where o.tenant_id = new.tenant_id and o.workspace_id = new.workspace_id
            and o.affinity = 'session' and o.affinity_key = new.affinity_key and o.state in ('pending', 'running', 'waiting'))
        then 'infinity' else clock_timestamp() + interval '5 minutes' end
      where tenant_id = new.tenant_id and workspace_id = new.workspace_id and kind = 'session' and key = new.affinity_key;
    end if;
  end if;
  return null;
end $$;
create trigger affinity_kept after update of state on jobs for each row
  when (new.affinity is not null and old.state <> new.state) execute function keep_affinity();

-- down
drop trigger affinity_kept on jobs;
drop function keep_affinity();
drop trigger dependents_told on jobs;
drop function tell_dependents();
drop function affinity_allows(uuid, uuid, text, text, uuid, smallint, timestamptz, uuid);
drop function affinity_holder(uuid, uuid, text, text);
drop function is_reserved(uuid, uuid);
drop function is_reserved_for(uuid, uuid, uuid, uuid, text);
drop function is_rejected(uuid, uuid, uuid);
create or replace function check_job() returns trigger language plpgsql as $$
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
drop table step_timings;
drop table workflow_routing;
drop table job_rejections;
drop table job_dependencies;
drop table affinities;
drop table robot_reservations;
drop table robot_groups;
alter table robots drop column group_ids, drop column reserved_until, drop column registered, drop column settings;
revoke update (waits_for, stuck_at, ended_fence, ended_as, cancel_requested, waiting_for) on jobs from casare_system;
revoke delete on jobs from casare_app;
drop index jobs_by_affinity;
alter table jobs
  drop column target_group_id, drop column preferred_tags, drop column affinity, drop column affinity_key,
  drop column session_ends, drop column waits_for, drop column has_dependents, drop column has_rejections,
  drop column deadline, drop column pending_since, drop column parent_job_id, drop column replay_of, drop column replayed_by,
  drop column progress_at, drop column stuck_at, drop column trace_parent;
drop domain job_affinity;
