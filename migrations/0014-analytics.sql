-- Figures about ended jobs per hour and day, which outlive the jobs, and what a job saves a person.
-- up

-- What a person would need for the same work; none: nobody would do it.
alter table workflows add column manual_minutes double precision check (manual_minutes > 0 and manual_minutes <= 100000);
grant update (manual_minutes) on workflows to casare_app;

-- How long ended jobs of a workspace are kept; none: as long as the server says.
alter table workspaces add column retention_days int check (retention_days between 1 and 3650);
grant update (retention_days) on workspaces to casare_app;

-- Of jobs that no robot ever took the robot is all zeros: a key cannot hold null.
create table analytics_counts (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  start timestamptz not null,
  workflow_id uuid not null,
  robot_id uuid not null,
  completed int not null default 0,
  failed int not null default 0,
  cancelled int not null default 0,
  -- Attempts that failed and were followed by another one.
  retried int not null default 0,
  -- Elements found by their recorded marks.
  healed int not null default 0,
  ran_ms bigint not null default 0,
  primary key (tenant_id, workspace_id, grain, start, workflow_id, robot_id)
);
create index analytics_counts_by_age on analytics_counts (grain, start);
alter table analytics_counts enable row level security;
alter table analytics_counts force row level security;
create policy own on analytics_counts using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on analytics_counts to casare_system using (true) with check (true);
grant select on analytics_counts to casare_app;
grant select, insert, update, delete on analytics_counts to casare_system;

-- How many jobs took how long: bucket n holds 1.1^n to 1.1^(n+1) milliseconds, so buckets of any hours can be added and a
-- percentile is off by less than 5 %.
create table analytics_times (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  start timestamptz not null,
  workflow_id uuid not null,
  kind text not null check (kind in ('duration', 'waiting')),
  bucket smallint not null check (bucket between 0 and 400),
  n int not null,
  primary key (tenant_id, workspace_id, grain, start, workflow_id, kind, bucket)
);
create index analytics_times_by_age on analytics_times (grain, start);
alter table analytics_times enable row level security;
alter table analytics_times force row level security;
create policy own on analytics_times using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on analytics_times to casare_system using (true) with check (true);
grant select on analytics_times to casare_app;
grant select, insert, update, delete on analytics_times to casare_system;

create table analytics_errors (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  start timestamptz not null,
  workflow_id uuid not null,
  code text not null,
  n int not null,
  primary key (tenant_id, workspace_id, grain, start, workflow_id, code)
);
create index analytics_errors_by_age on analytics_errors (grain, start);
alter table analytics_errors enable row level security;
alter table analytics_errors force row level security;
create policy own on analytics_errors using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on analytics_errors to casare_system using (true) with check (true);
grant select on analytics_errors to casare_app;
grant select, insert, update, delete on analytics_errors to casare_system;

-- One row: up to which event ends of jobs are counted. What is counted and this number change in one transaction, so a crash
-- counts nothing twice.
create table analytics_state (
  only_row boolean primary key default true check (only_row),
  done_seq bigint not null default 0,
  -- Events up to this one are all there once every transaction before that one has ended.
  horizon_seq bigint not null default 0,
  horizon_xmax bigint not null default 0,
  horizon_at timestamptz not null default '-infinity'
);
insert into analytics_state default values;
grant select, update on analytics_state to casare_system;

-- down
drop table analytics_state;
drop table analytics_errors;
drop table analytics_times;
drop table analytics_counts;
alter table workspaces drop column retention_days;
alter table workflows drop column manual_minutes;
