-- The audit log as a chain per tenant: what stands in it cannot be changed or taken out unnoticed.
-- up
alter table audit_log
  -- Its place in the chain, and what holds the chain together: an HMAC over the entry and the seal before it. Entries are sealed in the second
  -- after they were written, so that those who write at the same time need not wait for each other.
  add column seq bigint check (seq >= 1),
  add column seal bytea check (length(seal) = 32),
  add constraint audit_log_sealed check ((seq is null) = (seal is null));
create unique index audit_log_chain on audit_log (tenant_id, seq) where seq is not null;
create index audit_log_unsealed on audit_log (tenant_id, id) where seq is null;
create index audit_log_by_workspace on audit_log (tenant_id, workspace_id, id);

-- The end of each chain, so that a missing end is noticed too.
create table audit_heads (
  tenant_id uuid not null references tenants (id),
  seq bigint not null check (seq >= 1),
  seal bytea not null check (length(seal) = 32),
  primary key (tenant_id)
);
alter table audit_heads enable row level security;
alter table audit_heads force row level security;
create policy own on audit_heads using (tenant_id = (select current_tenant())) with check (tenant_id = (select current_tenant()));
grant select, insert, update (seq, seal) on audit_heads to casare_app;

-- An entry is sealed once, and nothing else of it ever changes.
create function keep_audit() returns trigger language plpgsql as $$
begin
  if old.seq is not null or to_jsonb(new) - array['seq', 'seal'] <> to_jsonb(old) - array['seq', 'seal'] then
    raise exception 'audit_log rows never change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger kept before update on audit_log for each row execute function keep_audit();
grant update (seq, seal) on audit_log to casare_app;
-- Which tenants have entries to seal, and nothing of what stands in them.
grant select (tenant_id, seq) on audit_log to casare_system;

-- down
revoke select (tenant_id, seq) on audit_log from casare_system;
revoke update (seq, seal) on audit_log from casare_app;
drop trigger kept on audit_log;
drop function keep_audit();
drop table audit_heads;
drop index audit_log_by_workspace;
drop index audit_log_unsealed;
drop index audit_log_chain;
alter table audit_log drop constraint audit_log_sealed, drop column seal, drop column seq;
