-- Transaction queues: pieces of work that jobs take one by one, with what became of each.
-- up
create sequence queue_fences;
grant usage on sequence queue_fences to casare_app;

-- Most jobs take nothing from a queue; the end of those must not look for items.
alter table jobs add column has_queue_items boolean not null default false;

create table queues (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  -- No item may have the reference of another one, whoever adds it.
  unique_reference boolean not null default false,
  -- Tries after the first, of items that say nothing else.
  max_retries int not null default 1 check (max_retries between 0 and 50),
  -- Whether an item whose holder was lost is tried again too.
  retry_abandoned boolean not null default true,
  retry_delay_seconds int not null default 0 check (retry_delay_seconds between 0 and 604800),
  -- Every further pause is twice as long as the one before.
  retry_doubles boolean not null default false,
  -- An item without a deadline of its own has to be done so long after it may be taken.
  sla_seconds int check (sla_seconds between 1 and 31536000),
  -- From so long on it counts as at risk, and goes before everything else.
  risk_seconds int check (risk_seconds between 1 and 31536000),
  -- JSON Schema of what items hold.
  content_schema jsonb,
  -- Nothing is handed out.
  paused boolean not null default false,
  -- Absent: as long as everything else is kept.
  retention_days int check (retention_days between 1 and 3650),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  check (risk_seconds is null or (sla_seconds is not null and risk_seconds < sla_seconds))
);
create unique index queues_by_name on queues (tenant_id, workspace_id, name) where deleted_at is null;
alter table queues enable row level security;
alter table queues force row level security;
create policy own on queues using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on queues to casare_system using (true) with check (true);
grant select, insert, update on queues to casare_app;
grant select, delete on queues to casare_system;

create table queue_items (
  tenant_id uuid not null default current_tenant(),
  -- Version 7: ordered by time, so it serves lists and the order within a priority.
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  queue_id uuid not null,
  state text not null default 'new',
  reference text check (length(reference) between 1 and 200),
  unique_reference boolean not null default false,
  priority smallint not null default 10 check (priority between 0 and 20),
  content jsonb not null default '{}',
  output jsonb,
  -- { kind: business | application, reason }
  failure jsonb,
  progress text not null default '' check (length(progress) <= 1000),
  -- When it has to be done, and from when on that is at risk.
  due_at timestamptz,
  risk_at timestamptz,
  not_before timestamptz,
  attempt int not null default 1 check (attempt >= 1),
  max_retries int not null default 1 check (max_retries >= 0),
  -- The first try of the same piece of work, and the try before this one. No keys: old items are deleted in any order.
  origin_id uuid,
  retried_from uuid,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz,
  -- Who holds it, or held it last. Jobs are deleted before or after their items.
  job_id uuid,
  robot_id uuid,
  -- Issued anew every time the item is taken; whoever reports shows it.
  fence bigint,
  -- The step that took it: the same step again gets the same item.
  take_key text check (length(take_key) between 1 and 200),
  lock_ms bigint,
  locked_until timestamptz,
  -- SHA-256 of the report that ended or postponed it: the same one again is a duplicate.
  report_hash bytea,
  -- The job and the step that added it: the same step again adds nothing.
  added_by_job uuid,
  add_key text check (length(add_key) between 1 and 200),
  -- What it was when it was deleted.
  deleted_from text,
  deleted_at timestamptz,
  review text not null default 'none' check (review in ('none', 'inReview', 'verified', 'retried')),
  reviewer text,
  changed_by text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

create index queue_items_waiting on queue_items (tenant_id, queue_id, priority desc, due_at, id) where state = 'new';
create index queue_items_at_risk on queue_items (tenant_id, queue_id, risk_at) where state = 'new' and risk_at is not null;
create index queue_items_held on queue_items (tenant_id, job_id) where state = 'inProgress';
create index queue_items_locked on queue_items (tenant_id, queue_id, locked_until) where state = 'inProgress';
create index queue_items_taken on queue_items (tenant_id, job_id, take_key) where take_key is not null;
create index queue_items_by_queue on queue_items (tenant_id, queue_id, id);
create index queue_items_ended on queue_items (tenant_id, queue_id, ended_at) where ended_at is not null;
create index queue_items_unreviewed on queue_items (tenant_id, queue_id)
  where state in ('failed', 'abandoned') and review in ('none', 'inReview');
create index queue_items_lineage on queue_items (tenant_id, origin_id) where origin_id is not null;
create index queue_items_reference on queue_items (tenant_id, queue_id, reference) where reference is not null;
create unique index queue_items_unique on queue_items (tenant_id, queue_id, reference)
  where unique_reference and origin_id is null and state <> 'deleted';
create unique index queue_items_added_once on queue_items (tenant_id, added_by_job, add_key) where add_key is not null;

alter table queue_items enable row level security;
alter table queue_items force row level security;
create policy own on queue_items using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on queue_items to casare_system using (true) with check (true);
grant select, insert, update on queue_items to casare_app;
grant select, insert, delete, update (state, failure, ended_at, locked_until, changed_by) on queue_items to casare_system;

-- What happened to an item. Rows are added and read, never changed.
create table queue_item_history (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  item_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  what text not null check (what in ('added', 'taken', 'progress', 'postponed', 'successful', 'failed', 'retried', 'abandoned',
    'deleted', 'restored', 'edited', 'review', 'comment')),
  details jsonb not null default '{}',
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references queue_items (tenant_id, id) on delete cascade
);
create index queue_item_history_by_item on queue_item_history (tenant_id, item_id, id);
alter table queue_item_history enable row level security;
alter table queue_item_history force row level security;
create policy own on queue_item_history using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on queue_item_history to casare_system using (true) with check (true);
grant select, insert on queue_item_history to casare_app;
grant select, insert, delete on queue_item_history to casare_system;

-- The moves of shared/queue-item-state.ts, and what every state has to hold; docs/queues.md tells who makes them.
create function check_queue_item() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'new' then
      raise exception 'a queue item begins as new' using errcode = 'check_violation', constraint = 'queue_items_move';
    end if;
  elsif old.state <> new.state and not (case old.state
    when 'new' then new.state in ('inProgress', 'deleted')
    when 'inProgress' then new.state in ('new', 'successful', 'failed', 'retried', 'abandoned')
    when 'failed' then new.state in ('retried', 'deleted')
    when 'abandoned' then new.state in ('retried', 'deleted')
    when 'successful' then new.state = 'deleted'
    when 'retried' then new.state = 'deleted'
    when 'deleted' then new.state is not distinct from old.deleted_from
    else false
  end) then
    raise exception 'a queue item cannot move from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'queue_items_move';
  end if;
  if not (case new.state
    when 'new' then new.locked_until is null and new.ended_at is null and new.deleted_from is null
    when 'inProgress' then new.locked_until is not null and new.fence is not null and new.job_id is not null
      and new.take_key is not null and new.lock_ms is not null and new.started_at is not null and new.ended_at is null
    when 'deleted' then new.deleted_from is not null and new.deleted_at is not null and new.locked_until is null
    else new.ended_at is not null and new.locked_until is null and new.deleted_from is null
  end) then
    raise exception 'a queue item that is % must have what belongs to that state, and nothing else', new.state
      using errcode = 'check_violation', constraint = 'queue_items_state';
  end if;
  return new;
end $$;
create trigger checked before insert or update on queue_items for each row execute function check_queue_item();

-- The next try of a piece of work: there is no retried item without it. One that was abandoned is tried again while it has tries left.
create function retry_queue_item() returns trigger language plpgsql as $$
declare
  q queues;
  pause int;
begin
  select * into q from queues where tenant_id = new.tenant_id and id = new.queue_id;
  if new.state = 'abandoned' and (new.attempt > new.max_retries or not q.retry_abandoned or q.deleted_at is not null) then
    return null;
  end if;
  pause := case when old.state <> 'inProgress' then 0
    when q.retry_doubles then least(604800, q.retry_delay_seconds * power(2, least(new.attempt - 1, 20)))
    else q.retry_delay_seconds end;
  insert into queue_items (tenant_id, workspace_id, queue_id, reference, unique_reference, priority, content, due_at, risk_at,
    not_before, attempt, max_retries, origin_id, retried_from, changed_by)
  values (new.tenant_id, new.workspace_id, new.queue_id, new.reference, new.unique_reference, new.priority, new.content,
    new.due_at, new.risk_at, case when pause > 0 then clock_timestamp() + make_interval(secs => pause) end, new.attempt + 1,
    new.max_retries, coalesce(new.origin_id, new.id), new.id, new.changed_by);
  return null;
end $$;
create trigger retried after update of state on queue_items for each row
  when (new.state in ('retried', 'abandoned') and new.state <> old.state and old.state <> 'deleted')
  execute function retry_queue_item();

-- There is no change of an item without its line in the history and its event, whoever makes it.
create function note_queue_item() returns trigger language plpgsql as $$
declare
  what text;
  event text := 'queue_item.changed';
  details jsonb := '{}';
begin
  if tg_op = 'INSERT' then
    what := 'added';
    event := 'queue_item.added';
    details := jsonb_strip_nulls(jsonb_build_object('jobId', new.added_by_job, 'retryOf', new.retried_from));
  elsif new.state <> old.state then
    what := case when new.state = 'new' and old.state = 'inProgress' then 'postponed'
      when new.state = 'inProgress' then 'taken' when old.state = 'deleted' then 'restored' else new.state end;
    event := case when new.state = 'inProgress' then 'queue_item.taken'
      when old.state = 'inProgress' and new.state <> 'new' then 'queue_item.ended' else event end;
    details := jsonb_strip_nulls(case what
      when 'taken' then jsonb_build_object('jobId', new.job_id, 'robotId', new.robot_id, 'fence', new.fence)
      when 'postponed' then jsonb_build_object('until', new.not_before)
      when 'deleted' then jsonb_build_object('from', old.state)
      when 'restored' then '{}'::jsonb
      else coalesce(new.failure, '{}'::jsonb) end);
  elsif new.review <> old.review or new.reviewer is distinct from old.reviewer then
    what := 'review';
    details := jsonb_strip_nulls(jsonb_build_object('review', new.review, 'reviewer', new.reviewer));
  elsif new.progress <> old.progress then
    what := 'progress';
    details := jsonb_build_object('text', new.progress);
  elsif new.content <> old.content or new.priority <> old.priority or new.reference is distinct from old.reference
    or new.due_at is distinct from old.due_at or new.not_before is distinct from old.not_before then
    what := 'edited';
  else
    return null;
  end if;
  insert into queue_item_history (tenant_id, item_id, actor, what, details)
  values (new.tenant_id, new.id, new.changed_by, what, details);
  insert into events (tenant_id, workspace_id, type, subject_id) values (new.tenant_id, new.workspace_id, event, new.id);
  return null;
end $$;
create trigger noted after insert or update on queue_items for each row execute function note_queue_item();

-- However a job ends, it holds nothing afterwards: what it failed with is what its items failed with, else they are abandoned.
create function give_up_queue_items() returns trigger language plpgsql as $$
begin
  update queue_items set
    state = case when new.state <> 'failed' then 'abandoned' when attempt <= max_retries then 'retried' else 'failed' end,
    failure = jsonb_build_object('kind', 'application', 'reason', case new.state
      when 'failed' then left('The job failed: ' || coalesce(new.error ->> 'message', new.error ->> 'code', 'no reason given'), 10000)
      when 'cancelled' then 'The job was cancelled.'
      else 'The job ended without saying how the work on this item went.' end),
    ended_at = clock_timestamp(), locked_until = null, changed_by = 'job ' || new.id
  where tenant_id = new.tenant_id and job_id = new.id and state = 'inProgress';
  return null;
end $$;
create trigger queue_items_given_up after update of state on jobs for each row
  when (new.has_queue_items and new.state in ('completed', 'failed', 'cancelled')) execute function give_up_queue_items();

-- While a job waits for people the time of its items stands still.
create function keep_queue_items() returns trigger language plpgsql as $$
begin
  update queue_items set locked_until = clock_timestamp() + lock_ms * interval '1 millisecond'
  where tenant_id = new.tenant_id and job_id = new.id and state = 'inProgress';
  return null;
end $$;
create trigger queue_items_kept after update of state on jobs for each row
  when (new.has_queue_items and old.state = 'waiting' and new.state = 'pending') execute function keep_queue_items();

-- down
drop trigger queue_items_kept on jobs;
drop trigger queue_items_given_up on jobs;
drop function keep_queue_items();
drop function give_up_queue_items();
drop table queue_item_history;
drop table queue_items;
drop function note_queue_item();
drop function retry_queue_item();
drop function check_queue_item();
drop table queues;
alter table jobs drop column has_queue_items;
drop sequence queue_fences;
