-- Secrets of the installation itself, where the settings give none.
-- up
create table server_secrets (
  name text primary key,
  value bytea not null check (length(value) = 32)
);
grant select, insert on server_secrets to casare_system;

-- down
drop table server_secrets;
