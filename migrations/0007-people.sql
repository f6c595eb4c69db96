-- People with their roles, sessions and invitations; scopes and rotation of keys; what access tokens are signed with.
-- up
grant update (name, disabled_at) on tenants to casare_system;

alter table workspaces add column disabled_at timestamptz;
grant insert, update (name, disabled_at) on workspaces to casare_app;

alter table api_keys
  drop constraint api_keys_kind_check,
  add constraint api_keys_kind_check check (kind in ('robot', 'admin', 'service')),
  -- Of service keys only: an admin key has all of its workspace, a robot key none.
  add column scopes text[] not null default '{}' check (cardinality(scopes) <= 100),
  add constraint api_keys_scopes_of_service check ((kind = 'service') = (cardinality(scopes) > 0)),
  -- The key at the beginning of a chain of rotations: robots and leases belong to it, whichever key of the chain is shown.
  add column holder_id uuid,
  -- A rotated key ends here, never later than it would have anyway.
  add column ends_at timestamptz,
  add foreign key (tenant_id, holder_id) references api_keys (tenant_id, id);
grant update (ends_at) on api_keys to casare_app;

create table people (
  tenant_id uuid not null default current_tenant() references tenants (id),
  id uuid not null default uuidv7(),
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 100),
  -- A hash with its parameters; never the password.
  password text not null,
  -- May do everything, in every tenant.
  super boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  disabled_at timestamptz,
  totp_secret bytea,
  -- The second factor counts from here; a secret without it was never confirmed.
  totp_since timestamptz,
  -- The last step of time whose code was used: no code works twice.
  totp_step bigint not null default 0,
  recovery_hashes bytea[] not null default '{}',
  primary key (tenant_id, id),
  unique (tenant_id, email)
);
create index people_by_email on people (email);
alter table people enable row level security;
alter table people force row level security;
create policy own on people using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on people to casare_system using (true) with check (true);
grant select, insert, update on people to casare_app;
grant select on people to casare_system;

create table memberships (
  tenant_id uuid not null default current_tenant(),
  workspace_id uuid not null,
  person_id uuid not null,
  role text not null check (role in ('viewer', 'operator', 'author', 'admin')),
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, workspace_id, person_id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  foreign key (tenant_id, person_id) references people (tenant_id, id)
);
create index memberships_of_person on memberships (tenant_id, person_id);
alter table memberships enable row level security;
alter table memberships force row level security;
create policy own on memberships using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on memberships to casare_system using (true) with check (true);
grant select, insert, update (role), delete on memberships to casare_app;
grant select on memberships to casare_system;

create table sessions (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  person_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  -- However often it is refreshed.
  expires_at timestamptz not null,
  address text,
  user_agent text check (length(user_agent) <= 300),
  last_used_at timestamptz not null default clock_timestamp(),
  last_used_address text,
  ended_at timestamptz,
  ended_because text check (ended_because in ('signed-out', 'ended', 'password', 'reuse', 'removed')),
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references people (tenant_id, id),
  check ((ended_at is null) = (ended_because is null))
);
create index sessions_of_person on sessions (tenant_id, person_id) where ended_at is null;
create index sessions_by_id on sessions (id);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy own on sessions using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on sessions to casare_system using (true) with check (true);
grant select, insert, update (ended_at, ended_because, last_used_at, last_used_address) on sessions to casare_app;
grant select, update (last_used_at, last_used_address), delete on sessions to casare_system;

-- Every refresh token a session ever had: one that comes a second time was stolen, by its first user or its second.
create table refresh_tokens (
  tenant_id uuid not null default current_tenant(),
  hash bytea not null check (length(hash) = 32),
  session_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  primary key (tenant_id, hash),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index refresh_tokens_by_hash on refresh_tokens (hash);
create index refresh_tokens_of_session on refresh_tokens (tenant_id, session_id);
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
create policy own on refresh_tokens using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on refresh_tokens to casare_system using (true) with check (true);
grant select, insert, update (used_at) on refresh_tokens to casare_app;
grant select on refresh_tokens to casare_system;

create table invitations (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  role text not null check (role in ('viewer', 'operator', 'author', 'admin')),
  hash bytea not null check (length(hash) = 32),
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
create index invitations_by_hash on invitations (hash);
create unique index invitations_open on invitations (tenant_id, workspace_id, email) where accepted_at is null and revoked_at is null;
alter table invitations enable row level security;
alter table invitations force row level security;
create policy own on invitations using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on invitations to casare_system using (true) with check (true);
grant select, insert, update (accepted_at, revoked_at) on invitations to casare_app;
grant select, delete on invitations to casare_system;

-- One-use tickets with which a page opens its socket; only for the seconds between the two.
create table socket_tickets (
  tenant_id uuid not null default current_tenant(),
  hash bytea not null check (length(hash) = 32),
  workspace_id uuid not null,
  -- A key or a session.
  credential_id uuid not null,
  of_person boolean not null,
  expires_at timestamptz not null,
  primary key (tenant_id, hash),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
create index socket_tickets_by_hash on socket_tickets (hash);
create index socket_tickets_due on socket_tickets (expires_at);
alter table socket_tickets enable row level security;
alter table socket_tickets force row level security;
create policy own on socket_tickets using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on socket_tickets to casare_system using (true) with check (true);
grant select, insert on socket_tickets to casare_app;
grant select, delete on socket_tickets to casare_system;

-- Of the installation, like server_secrets: what access tokens are signed with, the newest first.
create table signing_keys (
  kid text primary key check (kid ~ '^[A-Za-z0-9_-]{16}$'),
  private_key bytea not null,
  public_key bytea not null,
  created_at timestamptz not null default clock_timestamp()
);
grant select, insert, delete on signing_keys to casare_system;

-- Tokens with which the first person comes in; worth nothing once there is anybody.
create table setup_tokens (
  hash bytea primary key check (length(hash) = 32),
  created_at timestamptz not null default clock_timestamp()
);
grant select, insert, delete on setup_tokens to casare_system;

-- down
drop table setup_tokens;
drop table signing_keys;
drop table socket_tickets;
drop table invitations;
drop table refresh_tokens;
drop table sessions;
drop table memberships;
drop table people;
revoke update (ends_at) on api_keys from casare_app;
-- An older version knows no service keys and takes what was rotated for good. Without force the owner sees all tenants.
alter table api_keys no force row level security;
delete from api_keys where kind = 'service';
update api_keys set revoked_at = ends_at where revoked_at is null and ends_at is not null;
alter table api_keys
  drop constraint api_keys_scopes_of_service,
  drop constraint api_keys_kind_check,
  drop column ends_at,
  drop column holder_id,
  drop column scopes,
  add constraint api_keys_kind_check check (kind in ('robot', 'admin')),
  force row level security;
revoke insert, update (name, disabled_at) on workspaces from casare_app;
alter table workspaces drop column disabled_at;
revoke update (name, disabled_at) on tenants from casare_system;
