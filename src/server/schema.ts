import { type Database, LocalError } from "../base/mod.ts";
import { lostDatabase } from "./lost_database.ts";
import { SEARCH_TABLES } from "./search_index/tables.ts";
import { VERSION_3 } from "./tables_v3.ts";

/** The version of the tables below, kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 3;

// What stands here is what stores have: a change is another version.
//
// `bundle_files.position` keeps the order of the manifest, which the DSS
// treats as content. Documents stand apart from bundles, so that listing
// bundles does not read them.
const VERSION_1 = `
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blobs (
  sha256 TEXT PRIMARY KEY,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  sha1 TEXT NOT NULL,
  crc32c TEXT NOT NULL,
  s3_etag TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  creator_uid INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES blobs (sha256),
  PRIMARY KEY (uuid, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX files_by_content ON files (sha256);

CREATE TABLE bundles (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  creator_uid INTEGER NOT NULL,
  UNIQUE (uuid, version)
) STRICT;

CREATE TABLE bundle_files (
  bundle_id INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  indexed INTEGER NOT NULL CHECK (indexed IN (0, 1)),
  file_uuid TEXT NOT NULL,
  file_version TEXT NOT NULL,
  PRIMARY KEY (bundle_id, position),
  UNIQUE (bundle_id, name),
  FOREIGN KEY (file_uuid, file_version) REFERENCES files (uuid, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX bundle_files_by_file ON bundle_files (file_uuid, file_version);

CREATE TABLE documents (
  bundle_id INTEGER PRIMARY KEY REFERENCES bundles (id) ON DELETE CASCADE,
  document TEXT NOT NULL
) STRICT;
`;

/** The kind of the task that gives older bundles their events. */
export const ADD_EVENTS = "add-events";

// What they say is in the contents, which are read later and little by little.
const OLDER_BUNDLES = `
INSERT INTO tasks (id, kind, payload, run_at_ms, created_at_ms)
  SELECT '${ADD_EVENTS}', '${ADD_EVENTS}', '{}', 0, 0
  WHERE EXISTS (SELECT 1 FROM bundles);
`;

// Public keys whose owners sign tokens of their own.
const SERVICE_ACCOUNTS = `
CREATE TABLE service_accounts (
  email TEXT NOT NULL,
  kid TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  PRIMARY KEY (email, kid)
) STRICT, WITHOUT ROWID;
`;

/**
 * Makes the tables in an empty database, adds to an older one what it lacks,
 * or checks that they are ours. Of two processes one does it; of a failure
 * nothing stays.
 *
 * @param hasContents whether there were contents beside it; an empty one has
 * lost its tables then
 * @throws {LocalError} when a newer hca made the database, or it was lost
 */
export async function prepareSchema(
  database: Database,
  path: string,
  hasContents: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> {
  if (schemaVersionOf(database, path) === SCHEMA_VERSION) return;
  // Looked at first: whoever puts contents here has made the tables before.
  const mayBeLost = await hasContents();
  // Loaded only here: most runs find their tables.
  const { OIDC_TABLES } = await import("../oidc/mod.ts");
  const steps = [
    VERSION_1,
    OIDC_TABLES + SERVICE_ACCOUNTS,
    VERSION_3 + SEARCH_TABLES + OLDER_BUNDLES,
  ];
  database.transaction(() => {
    const found = schemaVersionOf(database, path);
    if (found === 0 && mayBeLost) throw lostDatabase(path);
    for (const step of steps.slice(found)) database.execute(step);
    database.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/**
 * The version of the tables of a database; 0 if it has none of ours.
 *
 * @throws {LocalError} when a newer hca made the database.
 */
export function schemaVersionOf(database: Database, path: string): number {
  const found = Number(
    database.prepare("PRAGMA user_version").get()?.user_version ?? 0,
  );
  if (found <= SCHEMA_VERSION) return found;
  throw new LocalError(
    `the embedded store ${path} has schema version ${found}; this hca ` +
      `knows ${SCHEMA_VERSION}`,
    { path, hint: "Use the hca that made it, or another --data-dir." },
  );
}
