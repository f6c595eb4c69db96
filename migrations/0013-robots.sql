-- Commands with what came of them; what robots find about themselves, their logs and figures; evidence of jobs.
-- up
alter table robots
  -- Why it takes no jobs although its state would let it.
  add column blocked text check (blocked in ('disk_low')),
  -- What its doctor found last.
  add column findings jsonb not null default '[]',
  add column findings_at timestamptz;

alter table robot_commands
  drop constraint robot_commands_command_check,
  add constraint robot_commands_command_check
    check (command in ('pause', 'resume', 'drain', 'stop', 'restart', 'screenshot', 'logs', 'doctor')),
  add column workspace_id uuid,
  add column state text not null default 'queued' check (state in ('queued', 'delivered', 'done', 'failed', 'expired')),
  add column job_id uuid,
  add column reason text,
  add column artifact_id uuid,
  add column finished_at timestamptz,
  add column expires_at timestamptz not null default now() + interval '1 day';
-- Those from before told nothing about their end. All tenants at once, which not even the owner may see otherwise.
alter table robot_commands no force row level security;
alter table robots no force row level security;
update robot_commands c set workspace_id = r.workspace_id, state = case when delivered_at is null then 'queued' else 'done' end,
  finished_at = delivered_at from robots r where r.tenant_id = c.tenant_id and r.id = c.robot_id;
alter table robot_commands force row level security;
alter table robots force row level security;
alter table robot_commands
  alter column workspace_id set not null,
  add constraint robot_commands_ended check ((state in ('done', 'failed', 'expired')) = (finished_at is not null));
drop index robot_commands_waiting;
create index robot_commands_open on robot_commands (tenant_id, robot_id) where state in ('queued', 'delivered');
create index robot_commands_of_robot on robot_commands (tenant_id, robot_id, id);
revoke update (delivered_at) on robot_commands from casare_app;
grant update on robot_commands to casare_app;
grant update (state, finished_at, reason) on robot_commands to casare_system;

create table robot_samples (
  tenant_id uuid not null default current_tenant(),
  robot_id uuid not null,
  -- Begin of five minutes.
  at timestamptz not null,
  cpu_percent real not null,
  memory_percent real not null,
  disk_free_mb double precision not null,
  running_jobs int not null,
  primary key (tenant_id, robot_id, at),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
alter table robot_samples enable row level security;
alter table robot_samples force row level security;
create policy own on robot_samples using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robot_samples to casare_system using (true) with check (true);
grant select, insert on robot_samples to casare_app;
grant select, delete on robot_samples to casare_system;

create table robot_logs (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  robot_id uuid not null,
  -- The process that wrote the line, and its number there: a line that comes twice is kept once.
  instance_id uuid not null,
  line bigint not null,
  at timestamptz not null,
  level smallint not null check (level between 0 and 3),
  message text not null,
  facts text,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, robot_id, instance_id, line),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
create index robot_logs_newest on robot_logs (tenant_id, robot_id, id);
create index robot_logs_by_age on robot_logs (created_at);
alter table robot_logs enable row level security;
alter table robot_logs force row level security;
create policy own on robot_logs using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robot_logs to casare_system using (true) with check (true);
grant select, insert on robot_logs to casare_app;
grant select, delete on robot_logs to casare_system;

-- Contents by their hash: the same content is kept once for a tenant.
create table blobs (
  tenant_id uuid not null default current_tenant(),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size > 0),
  -- Pieces that have arrived.
  pieces int not null default 0,
  complete boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, hash)
);
alter table blobs enable row level security;
alter table blobs force row level security;
create policy own on blobs using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on blobs to casare_system using (true) with check (true);
grant select, insert, update, delete on blobs to casare_app;
grant select, delete on blobs to casare_system;

-- Sealed under a key of the tenant; empty where contents are kept in a folder.
create table blob_pieces (
  tenant_id uuid not null default current_tenant(),
  hash text not null,
  index int not null check (index >= 0),
  sealed bytea not null,
  primary key (tenant_id, hash, index),
  foreign key (tenant_id, hash) references blobs (tenant_id, hash) on delete cascade
);
alter table blob_pieces alter column sealed set storage external;
alter table blob_pieces enable row level security;
alter table blob_pieces force row level security;
create policy own on blob_pieces using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on blob_pieces to casare_system using (true) with check (true);
grant select, insert, update, delete on blob_pieces to casare_app;
grant delete on blob_pieces to casare_system;

-- Pictures, pages, traces and logs: of a job, or of a robot.
create table artifacts (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  robot_id uuid not null,
  job_id uuid,
  fence bigint,
  attempt int,
  kind text not null check (kind in ('screenshot', 'html', 'trace', 'log', 'report')),
  name text not null check (length(name) between 1 and 200),
  content_type text not null,
  hash text not null,
  size bigint not null,
  taken_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  -- The same once more is the same one.
  unique nulls not distinct (tenant_id, robot_id, job_id, fence, kind, name, hash, taken_at),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
  foreign key (tenant_id, hash) references blobs (tenant_id, hash),
  check ((job_id is null) = (fence is null))
);
create index artifacts_of_job on artifacts (tenant_id, job_id) where job_id is not null;
create index artifacts_of_robot on artifacts (tenant_id, robot_id, id);
create index artifacts_of_blob on artifacts (tenant_id, hash);
create index artifacts_by_age on artifacts (created_at);
alter table artifacts enable row level security;
alter table artifacts force row level security;
create policy own on artifacts using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on artifacts to casare_system using (true) with check (true);
grant select, insert, update (name) on artifacts to casare_app;
grant select, delete on artifacts to casare_system;

-- down
drop table artifacts;
drop table blob_pieces;
drop table blobs;
drop table robot_logs;
drop table robot_samples;
drop index robot_commands_of_robot;
drop index robot_commands_open;
alter table robot_commands no force row level security;
delete from robot_commands where command in ('screenshot', 'logs', 'doctor');
alter table robot_commands force row level security;
revoke update on robot_commands from casare_app;
revoke update (state, finished_at, reason) on robot_commands from casare_system;
grant update (delivered_at) on robot_commands to casare_app;
alter table robot_commands
  drop constraint robot_commands_ended,
  drop constraint robot_commands_command_check,
  add constraint robot_commands_command_check check (command in ('pause', 'resume', 'restart', 'drain', 'stop')),
  drop column workspace_id, drop column state, drop column job_id, drop column reason, drop column artifact_id,
  drop column finished_at, drop column expires_at;
create index robot_commands_waiting on robot_commands (tenant_id, robot_id) where delivered_at is null;
alter table robots drop column blocked, drop column findings, drop column findings_at;
