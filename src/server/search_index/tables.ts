/**
 * The tables of the search index; what stands here is what stores have: a
 * change is another schema version.
 *
 * Documents are numbered in the order in which they are indexed, 256 to a
 * chunk. A row of `search_postings` says which documents of a chunk have a
 * value: `documents` has one byte for each, its place in the chunk. That the
 * chunk comes first in the key keeps what is written together together, and
 * costs a reader one step per chunk. `value` sorts as the values do, `raw` is
 * a string as it was written where that is another text. `live` lists the
 * places whose documents have not been replaced. Path 0 is the document's id.
 *
 * `search_backlog` has the bundles whose document is not what the index has.
 * The triggers see to that, whatever writes documents, an older hca included.
 * They ask first, for the `OR` of a writer's statement would replace theirs.
 */
export const SEARCH_TABLES = `
CREATE TABLE search_paths (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  path BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE search_chunks (
  chunk INTEGER PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 256),
  live BLOB NOT NULL
) STRICT;

CREATE TABLE search_documents (
  bundle_id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE search_postings (
  chunk INTEGER NOT NULL,
  path INTEGER NOT NULL,
  value BLOB NOT NULL,
  raw BLOB NOT NULL,
  documents BLOB NOT NULL,
  PRIMARY KEY (chunk, path, value, raw)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_backlog (
  bundle_id INTEGER PRIMARY KEY
) STRICT;
INSERT INTO search_backlog SELECT bundle_id FROM documents;

CREATE TRIGGER search_document_added AFTER INSERT ON documents BEGIN
  INSERT INTO search_backlog SELECT NEW.bundle_id
    WHERE NEW.bundle_id NOT IN (SELECT bundle_id FROM search_backlog);
END;
CREATE TRIGGER search_document_changed AFTER UPDATE ON documents BEGIN
  INSERT INTO search_backlog SELECT NEW.bundle_id
    WHERE NEW.bundle_id NOT IN (SELECT bundle_id FROM search_backlog);
END;
CREATE TRIGGER search_document_removed AFTER DELETE ON documents BEGIN
  INSERT INTO search_backlog SELECT OLD.bundle_id
    WHERE OLD.bundle_id NOT IN (SELECT bundle_id FROM search_backlog);
END;
`;
