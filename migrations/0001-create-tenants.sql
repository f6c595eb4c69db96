-- Tenants, their workspaces and keys, and the two roles the orchestrator works as.
-- up

-- Roles belong to the whole server, so another database of it may have made them already.
do $$
begin
  create role casare_app nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  create role casare_system nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
exception when duplicate_object or unique_violation then null;
end $$;
-- The user of DATABASE_URL must be able to become them. A superuser can anyway, and two databases granting at the same
-- moment would collide on one row of the server.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant casare_app, casare_system to %I', current_user);
  end if;
end $$;

revoke create on schema public from public;
grant usage on schema public to casare_app, casare_system;

-- The tenant of the transaction; null, hence no rows at all, where none was set. "set local" leaves an empty string behind.
create function current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.tenant', true), '')::uuid;

create table tenants (
  id uuid primary key default uuidv7(),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy own on tenants using (id = (select current_tenant())) with check (id = (select current_tenant()));
create policy system on tenants to casare_system using (true) with check (true);
grant select on tenants to casare_app;
grant select, insert on tenants to casare_system;

create table workspaces (
  tenant_id uuid not null default current_tenant() references tenants (id),
  id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy own on workspaces using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on workspaces to casare_system using (true) with check (true);
grant select on workspaces to casare_app;
grant select, insert on workspaces to casare_system;

create table api_keys (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  -- The readable part of the key, by which it is found before its tenant is known.
  public_id text not null check (public_id ~ '^[0-9A-Za-z]{8}$'),
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('robot', 'admin')),
  secret_hash bytea not null check (length(secret_hash) = 32),
  display text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  last_used_address text,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, public_id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
create index api_keys_by_public_id on api_keys (public_id);
alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy own on api_keys using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on api_keys to casare_system using (true) with check (true);
grant select, insert, update (revoked_at) on api_keys to casare_app;
grant select, insert, update (last_used_at, last_used_address) on api_keys to casare_system;

-- What was done by whom. Rows are added and read, never changed.
create table audit_log (
  tenant_id uuid not null default current_tenant() references tenants (id),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject_id uuid,
  details jsonb not null default '{}',
  request_id text,
  address text,
  primary key (tenant_id, id)
);
alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy own on audit_log using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on audit_log to casare_system using (true) with check (true);
grant select, insert on audit_log to casare_app;
grant insert on audit_log to casare_system;

-- down
drop table audit_log;
drop table api_keys;
drop table workspaces;
drop table tenants;
drop function current_tenant();
revoke usage on schema public from casare_app, casare_system;
-- The roles stay: other databases of the server may use them.
