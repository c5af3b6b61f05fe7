/**
 * The tables of stores of schema version 1, as the first release made them,
 * to the letter: such stores are out there.
 */
export const SCHEMA_V1 = `
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
