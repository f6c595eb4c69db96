-- Triggers, which make jobs of what happens elsewhere, and what each of them was brought.
-- up
create table triggers (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  kind text not null check (kind in ('webhook', 'jobEnded', 'queue', 'httpPoll', 'file', 'mail', 'form', 'chat', 'database')),
  name text not null check (length(name) between 1 and 200),
  enabled boolean not null default true,
  workflow_id uuid not null,
  -- Absent: the published version at the time.
  workflow_version int,
  -- Inputs of the job by name, with expressions over the payload; absent: fields of the same names.
  input jsonb,
  filter text,
  priority smallint not null default 10 check (priority between 0 and 20),
  robot_id uuid,
  required_capabilities text[] not null default '{}',
  required_tags text[] not null default '{}',
  reference text,
  max_retries int not null default 3 check (max_retries between 0 and 20),
  -- Guards: deliveries taken in a minute, jobs that have not ended.
  max_per_minute int check (max_per_minute >= 1),
  max_open_jobs int check (max_open_jobs >= 1),
  minute_began timestamptz,
  minute_count int not null default 0,
  -- What the kind needs to know; shared/triggers.ts has the form.
  settings jsonb not null,
  -- Grows with every change of what is watched.
  revision int not null default 1,
  -- The part of its address that cannot be guessed.
  address text check (address ~ '^[A-Za-z0-9_-]{32,64}$'),
  -- Its secrets, sealed by the vault.
  sealed text,
  -- The key of the vault that they are sealed under.
  kek_id text generated always as (split_part(sealed, '.', 2)) stored,
  secret_names text[] not null default '{}',
  -- What it remembers from look to look.
  state jsonb not null default '{}',
  -- What happened before does not count.
  since timestamptz not null default clock_timestamp(),
  next_look_at timestamptz,
  -- Looks in a row that failed.
  failures int not null default 0,
  last_error jsonb,
  disabled_reason text,
  last_delivery_at timestamptz,
  -- The robot that watches.
  watch_robot_id uuid,
  watch_token bigint,
  watch_until timestamptz,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id),
  foreign key (tenant_id, robot_id) references robots (tenant_id, id)
);
-- Addresses are looked up before the tenant is known, and are 192 random bits.
create unique index triggers_by_address on triggers (address) where address is not null and deleted_at is null;
create index triggers_by_workspace on triggers (tenant_id, workspace_id, id) where deleted_at is null;
create index triggers_due on triggers (next_look_at) where enabled and deleted_at is null and next_look_at is not null;
create index triggers_watching on triggers (tenant_id, workspace_id)
  where enabled and deleted_at is null and kind in ('file', 'mail', 'database');
create sequence watch_tokens;
grant usage on sequence watch_tokens to casare_app;

alter table triggers enable row level security;
alter table triggers force row level security;
create policy own on triggers using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on triggers to casare_system using (true) with check (true);
grant select, insert, update on triggers to casare_app;
-- All but what is sealed.
grant select (tenant_id, id, workspace_id, kind, name, enabled, workflow_id, workflow_version, input, filter, priority, robot_id,
  required_capabilities, required_tags, reference, max_retries, max_per_minute, max_open_jobs, settings, secret_names, kek_id, revision, address, state, since,
  next_look_at, failures, last_error, disabled_reason, last_delivery_at, watch_robot_id, watch_token, watch_until, created_by,
  created_at, updated_at, deleted_at), update (next_look_at, since) on triggers to casare_system;

-- What a trigger was brought: one row, hence at most one job, for each message.
create table trigger_deliveries (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  trigger_id uuid not null,
  -- Whose it is the sender says; of those that prove nothing, a random one.
  message_id text not null check (length(message_id) between 1 and 300),
  received_at timestamptz not null default clock_timestamp(),
  state text not null default 'accepted' check (state in ('accepted', 'filtered', 'refused')),
  -- { code, message } of one that was refused.
  reason jsonb,
  payload jsonb not null default '{}',
  payload_hash bytea,
  job_id uuid,
  -- How many triggers led to it, one after the other.
  depth int not null default 0,
  -- By it the sender asks what became of the job.
  answer_key text,
  -- Where to send what became of the job, when that is due, and when it was sent.
  reply_url text,
  reply_due_at timestamptz,
  reply_tries int not null default 0,
  replied_at timestamptz,
  -- The delivery that a person had done again.
  replay_of uuid,
  primary key (tenant_id, id),
  unique (tenant_id, trigger_id, message_id),
  foreign key (tenant_id, trigger_id) references triggers (tenant_id, id)
);
create index trigger_deliveries_by_trigger on trigger_deliveries (tenant_id, trigger_id, id);
create index trigger_deliveries_by_job on trigger_deliveries (tenant_id, job_id) where job_id is not null;
create index trigger_deliveries_by_answer on trigger_deliveries (tenant_id, trigger_id, answer_key) where answer_key is not null;
create index trigger_deliveries_replies on trigger_deliveries (reply_due_at) where replied_at is null and reply_due_at is not null;
create index trigger_deliveries_by_age on trigger_deliveries (received_at);
alter table trigger_deliveries enable row level security;
alter table trigger_deliveries force row level security;
create policy own on trigger_deliveries using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on trigger_deliveries to casare_system using (true) with check (true);
grant select, insert, update on trigger_deliveries to casare_app;
grant select, delete on trigger_deliveries to casare_system;

-- down
drop table trigger_deliveries;
drop table triggers;
drop sequence watch_tokens;
