-- Credentials and assets: what jobs need and workflows must not hold. Secrets stand here sealed; docs/credentials.md says how.
-- up
create table credentials (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  kind text not null check (kind in ('login', 'token', 'keyPair', 'certificate', 'connection', 'fields')),
  description text not null default '',
  -- Hosts, workflows and robots it is for; empty: all.
  allowed_hosts text[] not null default '{}',
  allowed_workflows uuid[] not null default '{}',
  allowed_robots uuid[] not null default '{}',
  version int not null default 1 check (version >= 1),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  rotated_at timestamptz not null default clock_timestamp(),
  last_read_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table credentials enable row level security;
alter table credentials force row level security;
create policy own on credentials using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on credentials to casare_system using (true) with check (true);
grant select, insert, delete,
  update (description, allowed_hosts, allowed_workflows, allowed_robots, version, updated_at, rotated_at, last_read_at) on credentials to casare_app;
-- To show what events are about.
grant select on credentials to casare_system;

create table credential_versions (
  tenant_id uuid not null default current_tenant(),
  credential_id uuid not null,
  version int not null check (version >= 1),
  -- Names only: which fields there are is no secret.
  field_names text[] not null,
  -- The values as JSON, sealed under a data key of their own: 1.<key id>.<wrapped data key>.<sealed text>.
  sealed text check (sealed like '1.%.%.%'),
  kek_id text generated always as (split_part(sealed, '.', 2)) stored,
  -- Where the values are when they are not here.
  external jsonb,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, credential_id, version),
  foreign key (tenant_id, credential_id) references credentials (tenant_id, id) on delete cascade,
  check ((sealed is null) <> (external is null))
);
create index credential_versions_by_key on credential_versions (kek_id) where kek_id is not null;
alter table credential_versions enable row level security;
alter table credential_versions force row level security;
create policy own on credential_versions using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on credential_versions to casare_system using (true) with check (true);
-- Of a version nothing changes but the key its data key is wrapped under.
grant select, insert, delete, update (sealed) on credential_versions to casare_app;
grant select (tenant_id, credential_id, version, field_names, kek_id, external) on credential_versions to casare_system;

-- Which version each job was given: what it must go on masking, and who read what.
create table credential_reads (
  tenant_id uuid not null default current_tenant(),
  job_id uuid not null,
  credential_id uuid not null,
  version int not null,
  robot_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, job_id, credential_id, version),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
  foreign key (tenant_id, credential_id) references credentials (tenant_id, id) on delete cascade
);
create index credential_reads_last on credential_reads (tenant_id, credential_id, at desc);
alter table credential_reads enable row level security;
alter table credential_reads force row level security;
create policy own on credential_reads using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
grant select, insert, update (at, robot_id) on credential_reads to casare_app;

create table assets (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  kind text not null check (kind in ('text', 'number', 'boolean', 'json', 'credential')),
  description text not null default '',
  value jsonb not null,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table assets enable row level security;
alter table assets force row level security;
create policy own on assets using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on assets to casare_system using (true) with check (true);
grant select, insert, delete, update (description, value, updated_at) on assets to casare_app;
grant select on assets to casare_system;

create table asset_robot_values (
  tenant_id uuid not null default current_tenant(),
  asset_id uuid not null,
  robot_id uuid not null,
  value jsonb not null,
  primary key (tenant_id, asset_id, robot_id),
  foreign key (tenant_id, asset_id) references assets (tenant_id, id) on delete cascade,
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
alter table asset_robot_values enable row level security;
alter table asset_robot_values force row level security;
create policy own on asset_robot_values using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on asset_robot_values to casare_system using (true) with check (true);
grant select, insert, delete, update (value) on asset_robot_values to casare_app;
grant select on asset_robot_values to casare_system;

-- Stores of secrets elsewhere, e.g. HashiCorp Vault, with what the server signs in with there.
create table secret_stores (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  provider text not null check (provider in ('vault')),
  -- Address, mount, namespace, way of signing in: no secret is among them.
  settings jsonb not null,
  sealed text not null check (sealed like '1.%.%.%'),
  kek_id text generated always as (split_part(sealed, '.', 2)) stored,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, name),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table secret_stores enable row level security;
alter table secret_stores force row level security;
create policy own on secret_stores using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on secret_stores to casare_system using (true) with check (true);
grant select, insert, delete, update (settings, sealed, updated_at) on secret_stores to casare_app;
grant select (tenant_id, kek_id) on secret_stores to casare_system;

-- What a version names, found when it was published: a robot is given these and nothing else.
alter table workflow_versions
  add column credential_names text[] not null default '{}',
  add column asset_names text[] not null default '{}',
  add column called_workflows text[] not null default '{}';

-- The inputs that the workflow declares as secret; `input` holds them masked.
alter table jobs add column sealed_input text check (sealed_input like '1.%.%.%');
create index jobs_sealed on jobs (tenant_id, split_part(sealed_input, '.', 2)) where sealed_input is not null;

-- down
drop index jobs_sealed;
alter table jobs drop column sealed_input;
alter table workflow_versions drop column credential_names, drop column asset_names, drop column called_workflows;
drop table secret_stores;
drop table asset_robot_values;
drop table assets;
drop table credential_reads;
drop table credential_versions;
drop table credentials;
