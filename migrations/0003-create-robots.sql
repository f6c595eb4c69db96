-- Robots and the commands sent to them.
-- up
create table robots (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  key_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  -- The process that acts as this robot now.
  instance_id uuid not null,
  version text not null,
  platform text not null,
  hostname text not null,
  capabilities text[] not null default '{}',
  tags text[] not null default '{}',
  environment text,
  cores int not null,
  memory_mb int not null,
  max_concurrent_jobs int not null check (max_concurrent_jobs >= 1),
  state text not null default 'starting'
    check (state in ('starting', 'idle', 'busy', 'paused', 'draining', 'stopping', 'offline')),
  cpu_percent real,
  memory_percent real,
  disk_free_mb double precision,
  last_heartbeat_at timestamptz,
  -- Its socket closed and it has not been heard of since: a new process may take the place at once.
  link_lost_at timestamptz,
  registered_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, key_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  foreign key (tenant_id, key_id) references api_keys (tenant_id, id)
) with (fillfactor = 50);
-- Who claims is found by it; a key may have a thousand robots.
create index robots_by_instance on robots (tenant_id, key_id, instance_id);
alter table robots enable row level security;
alter table robots force row level security;
create policy own on robots using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robots to casare_system using (true) with check (true);
grant select, insert, update on robots to casare_app;
grant select, update (state, link_lost_at) on robots to casare_system;

create table robot_commands (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  robot_id uuid not null,
  command text not null check (command in ('pause', 'resume', 'restart', 'drain', 'stop')),
  created_by text not null,
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
create index robot_commands_waiting on robot_commands (tenant_id, robot_id) where delivered_at is null;
alter table robot_commands enable row level security;
alter table robot_commands force row level security;
create policy own on robot_commands using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on robot_commands to casare_system using (true) with check (true);
grant select, insert, update (delivered_at) on robot_commands to casare_app;
grant select, delete on robot_commands to casare_system;

-- down
drop table robot_commands;
drop table robots;
