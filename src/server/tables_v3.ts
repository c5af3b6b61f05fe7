/**
 * What schema version 3 adds: everything that is written through the service.
 * What stands here is what stores have: a change is another version.
 *
 * A tombstone with version '' is that of a whole bundle. `deliveries` are
 * kept apart from `tasks`, which only say when to look at something again.
 */
export const VERSION_3 = `
CREATE TABLE tombstones (
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  email TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (uuid, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  run_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  lease TEXT,
  leased_until_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_by_time ON tasks (run_at_ms);

CREATE TABLE checkouts (
  id TEXT PRIMARY KEY,
  replica TEXT NOT NULL,
  bundle_uuid TEXT NOT NULL,
  bundle_version TEXT NOT NULL,
  destination TEXT NOT NULL,
  email TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'SUCCEEDED', 'FAILED')),
  location TEXT,
  cause TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE collections (
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  owner TEXT NOT NULL,
  body TEXT NOT NULL,
  is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
  PRIMARY KEY (uuid, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX collections_by_owner ON collections (owner, uuid, version);

CREATE TABLE collection_tombstones (
  uuid TEXT PRIMARY KEY,
  email TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
  uuid TEXT PRIMARY KEY,
  replica TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('elasticsearch', 'jmespath')),
  owner TEXT NOT NULL,
  origin TEXT NOT NULL,
  secret_key TEXT,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_owner ON subscriptions (owner, replica, kind);

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  subscription_uuid TEXT NOT NULL
    REFERENCES subscriptions (uuid) ON DELETE CASCADE,
  payload TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_uuid);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  timestamp TEXT NOT NULL,
  journal TEXT NOT NULL,
  document TEXT NOT NULL,
  is_removed INTEGER NOT NULL DEFAULT 0 CHECK (is_removed IN (0, 1)),
  UNIQUE (uuid, version)
) STRICT;
CREATE INDEX events_by_time ON events (timestamp);
`;
