-- Workflows and their versions, which never change once written.
-- up
create table workflows (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  document_id text not null,
  name text not null,
  description text not null default '',
  published_version int,
  latest_version int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, workspace_id, document_id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
alter table workflows enable row level security;
alter table workflows force row level security;
create policy own on workflows using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on workflows to casare_system using (true) with check (true);
grant select, insert, update (name, description, published_version, latest_version, updated_at) on workflows to casare_app;
grant select on workflows to casare_system;

create table workflow_versions (
  tenant_id uuid not null default current_tenant(),
  workflow_id uuid not null,
  version int not null check (version >= 1),
  -- SHA-256 of the document as canonical JSON.
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  document jsonb not null,
  message text not null default '',
  created_by text not null,
  created_at timestamptz not null default now(),
  -- What a robot must offer: said by the document, plus what its nodes need.
  required_capabilities text[] not null default '{}',
  required_tags text[] not null default '{}',
  environment text,
  timeout_ms bigint,
  primary key (tenant_id, workflow_id, version),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id)
);
alter table workflows add foreign key (tenant_id, id, published_version)
  references workflow_versions (tenant_id, workflow_id, version) deferrable initially deferred;
alter table workflow_versions enable row level security;
alter table workflow_versions force row level security;
create policy own on workflow_versions using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
-- No update and no delete for anybody: a job that ran once can always be looked at with the document it ran.
grant select, insert on workflow_versions to casare_app;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows never change', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger immutable before update on workflow_versions for each row execute function refuse_change();

-- down
alter table workflows drop constraint workflows_tenant_id_id_published_version_fkey;
drop table workflow_versions;
drop function refuse_change();
drop table workflows;
