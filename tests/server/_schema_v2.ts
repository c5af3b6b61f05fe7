/**
 * What schema version 2 added to the tables of version 1, to the letter: such
 * stores are out there.
 */
export const SCHEMA_V2 = `
CREATE TABLE oidc_sessions (
  id TEXT PRIMARY KEY,
  issuer TEXT NOT NULL,
  email TEXT NOT NULL,
  user_group TEXT,
  scopes TEXT NOT NULL,
  authenticated_at_s INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_sessions_by_expiry ON oidc_sessions (expires_at_ms);

CREATE TABLE oidc_codes (
  sha256 TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES oidc_sessions (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  nonce TEXT,
  is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_codes_by_session ON oidc_codes (session_id);

CREATE TABLE oidc_refresh_tokens (
  sha256 TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES oidc_sessions (id) ON DELETE CASCADE,
  expires_at_ms INTEGER NOT NULL,
  is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_refresh_tokens_by_session ON oidc_refresh_tokens (session_id);
CREATE INDEX oidc_refresh_tokens_by_expiry
  ON oidc_refresh_tokens (expires_at_ms);

CREATE TABLE oidc_password_tries (
  id INTEGER PRIMARY KEY,
  tried_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE oidc_settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE service_accounts (
  email TEXT NOT NULL,
  kid TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  PRIMARY KEY (email, kid)
) STRICT, WITHOUT ROWID;
`;
