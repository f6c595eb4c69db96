-- Questions that jobs put to people, with the answers.
-- up
-- Most jobs ask nobody; the end of those must not look for questions.
alter table jobs add column has_tasks boolean not null default false;

create table human_tasks (
  tenant_id uuid not null default current_tenant(),
  id uuid not null default uuidv7(),
  workspace_id uuid not null,
  job_id uuid not null,
  workflow_id uuid not null,
  -- The same however often the job is taken up again and comes to the step.
  key text not null check (length(key) between 1 and 100),
  path text not null,
  state text not null default 'open' check (state in ('open', 'answered', 'expired', 'cancelled')),
  -- The question as the robot told it, secrets masked.
  task jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  deadline timestamptz,
  -- The answer, secrets masked.
  answer jsonb,
  -- The whole answer when it holds a secret, under the key of the job's journal.
  sealed text,
  answered_by text,
  settled_at timestamptz,
  -- What came of it stands in the journal of the job.
  journaled boolean not null default false,
  primary key (tenant_id, id),
  unique (tenant_id, job_id, key),
  foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade,
  check ((state = 'open') = (settled_at is null)),
  check ((state = 'answered') = (answer is not null)),
  check ((state = 'answered') = (answered_by is not null))
);
create index human_tasks_open on human_tasks (tenant_id, workspace_id) where state = 'open';
create index human_tasks_due on human_tasks (deadline) where state = 'open' and deadline is not null;

alter table human_tasks enable row level security;
alter table human_tasks force row level security;
create policy own on human_tasks using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
create policy system on human_tasks to casare_system using (true) with check (true);
grant select, insert, update on human_tasks to casare_app;
-- All but what is sealed.
grant select (tenant_id, id, workspace_id, job_id, workflow_id, key, path, state, task, created_at, deadline, answer, answered_by, settled_at, journaled),
  update (state, settled_at), delete on human_tasks to casare_system;

-- However a job ends, nobody is asked for it any more.
create function close_tasks() returns trigger language plpgsql as $$
begin
  with closed as (
    update human_tasks set settled_at = clock_timestamp(),
      state = case when deadline < clock_timestamp() then 'expired' else 'cancelled' end
    where tenant_id = new.tenant_id and job_id = new.id and state = 'open'
    returning tenant_id, workspace_id, id, state
  )
  insert into events (tenant_id, workspace_id, type, subject_id)
  select tenant_id, workspace_id, 'task.' || state, id from closed;
  return null;
end $$;
create trigger tasks_closed after update of state on jobs for each row
  when (new.has_tasks and new.state in ('completed', 'failed', 'cancelled')) execute function close_tasks();

-- down
drop trigger tasks_closed on jobs;
drop function close_tasks();
drop table human_tasks;
alter table jobs drop column has_tasks;
