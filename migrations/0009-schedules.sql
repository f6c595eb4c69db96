-- Schedules: when jobs start by themselves, what became of every slot, and calendars of days without runs.
-- up
create table calendars (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  -- Excluded every week, as sun, mon …
  weekdays text[] not null default '{}',
  -- [{ from, to, yearly, label }]
  days jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table calendars enable row level security;
alter table calendars force row level security;
create policy own on calendars using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on calendars to casare_system using (true) with check (true);
grant select, insert, update, delete on calendars to casare_app;
grant select on calendars to casare_system;

create table schedules (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  timing jsonb not null,
  time_zone text not null,
  starts_at timestamptz,
  ends_at timestamptz,
  calendar_ids uuid[] not null default '{}',
  overlap text not null check (overlap in ('skip', 'queue', 'cancel', 'allow')),
  missed text not null check (missed in ('skip', 'one', 'all')),
  workflow_id uuid not null,
  -- What is submitted, without the workflow.
  job jsonb not null default '{}',
  slot_input text,
  enabled boolean not null default true,
  -- The next slot that nothing was decided about; none when it is paused or over. Whoever decides moves it on.
  next_due timestamptz,
  -- Some slots wait for a job of an earlier one.
  has_queued boolean not null default false,
  -- Of the rules of time zones by which next_due was computed.
  time_zone_data text not null,
  revision int not null default 1,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id),
  check (next_due is null or (enabled and deleted_at is null)),
  check (not has_queued or (enabled and deleted_at is null))
);
create unique index schedules_by_name on schedules (tenant_id, workspace_id, name) where deleted_at is null;
create index schedules_due on schedules (next_due) where next_due is not null;
create index schedules_queued on schedules (tenant_id, id) where has_queued;
create index schedules_deleted on schedules (deleted_at) where deleted_at is not null;
alter table schedules enable row level security;
alter table schedules force row level security;
create policy own on schedules using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on schedules to casare_system using (true) with check (true);
grant select, insert, update on schedules to casare_app;
grant select, delete on schedules to casare_system;

-- What became of every slot: the proof that none is lost and none runs twice.
create table schedule_firings (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  schedule_id uuid not null,
  slot timestamptz not null,
  -- The last of several that were missed together, and how many they are.
  through timestamptz,
  slots int not null default 1 check (slots >= 1),
  manual boolean not null default false,
  outcome text not null check (outcome in ('fired', 'queued', 'skipped', 'excluded', 'missed', 'failed')),
  reason text not null default '',
  job_id uuid,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, schedule_id, slot),
  foreign key (tenant_id, schedule_id) references schedules (tenant_id, id) on delete cascade,
  check ((outcome = 'fired') = (job_id is not null))
);
create index schedule_firings_by_age on schedule_firings (at);
create index schedule_firings_newest on schedule_firings (tenant_id, schedule_id, id);
create index schedule_firings_of_jobs on schedule_firings (tenant_id, schedule_id, id) where job_id is not null;
create index schedule_firings_queued on schedule_firings (tenant_id, schedule_id, slot) where outcome = 'queued';
alter table schedule_firings enable row level security;
alter table schedule_firings force row level security;
create policy own on schedule_firings using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on schedule_firings to casare_system using (true) with check (true);
grant select, insert, update (outcome, reason, job_id, at) on schedule_firings to casare_app;
grant select, delete on schedule_firings to casare_system;

-- How a schedule was set at any time, so that it can say why it ran or did not.
create table schedule_changes (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  schedule_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  enabled boolean not null,
  timing jsonb not null,
  time_zone text not null,
  starts_at timestamptz,
  ends_at timestamptz,
  calendar_ids uuid[] not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, schedule_id) references schedules (tenant_id, id) on delete cascade
);
create index schedule_changes_by_time on schedule_changes (tenant_id, schedule_id, at);
alter table schedule_changes enable row level security;
alter table schedule_changes force row level security;
create policy own on schedule_changes using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on schedule_changes to casare_system using (true) with check (true);
grant select, insert on schedule_changes to casare_app;
grant delete on schedule_changes to casare_system;

-- down
drop table schedule_changes;
drop table schedule_firings;
drop table schedules;
drop table calendars;
