import assert from "node:assert/strict";
import type { AuthTools, Provider } from "../../src/auth/mod.ts";
import { type StoredLogin, storeLogin } from "../../src/auth/mod.ts";
import { type Fetch, formatJson, type JsonObject } from "../../src/base/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog, type MemoryLog } from "../support/memory_log.ts";

/** Where the configuration is. */
export const CONFIG = "/home/user/.config/hca/config.json";

/** What {@linkcode tokenWorld} gives. */
export interface TokenWorld {
  tools: AuthTools;
  clock: FakeClock;
  files: MemoryFiles;
  log: MemoryLog;
  /** Environment variables, to be changed at will. */
  variables: Record<string, string>;
}

/** The machine of a user who may be logged in. */
export function tokenWorld(
  options: { fetch?: Fetch; login?: StoredLogin; signal?: AbortSignal } = {},
): TokenWorld {
  // The pauses before a lock pass; the time limits stay.
  const clock = new FakeClock({ skips: (delayMs) => delayMs < 1_000 });
  const files = new MemoryFiles({ currentDirectory: "/home/user" });
  files.now = () => clock.now();
  const log = createMemoryLog();
  const variables: Record<string, string> = { HOME: "/home/user" };
  let draws = 0;
  const { fetch = noNetwork, login, signal } = options;
  const tools: AuthTools = {
    runtime: {
      fetch,
      clock,
      files,
      log: log.log,
      random: () => (++draws % 97) / 97,
    },
    environment: { variable: (name) => variables[name], os: "linux" },
    ...(signal !== undefined && { signal }),
  };
  const world = { tools, clock, files, log, variables };
  if (login !== undefined) putConfig(world, storeLogin({}, login));
  return world;
}

/** Writes the configuration. */
export function putConfig(
  { files }: Pick<TokenWorld, "files">,
  config: JsonObject,
): void {
  files.put(CONFIG, formatJson(config), 0o600);
}

/** The configuration as it is on disk. */
export function configOf({ files }: Pick<TokenWorld, "files">): JsonObject {
  return JSON.parse(files.text(CONFIG) ?? "{}");
}

function noNetwork(request: Request): Promise<Response> {
  throw new assert.AssertionError({ message: `asked ${request.url}` });
}

/** A provider whose token endpoint is at `origin`. */
export function providerAt(origin: string): Provider {
  return {
    issuer: `${origin}/`,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    clientId: "the-client",
    clientSecret: "PLANTED-client-secret",
    redirectUris: [],
    audience: "https://dss.test/",
    scopes: ["openid"],
  };
}

/** All that an error could be shown with. */
export function everythingOf(error: unknown): string {
  const seen: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    seen.push(at.message, at.stack ?? "", JSON.stringify(at));
    seen.push(JSON.stringify(Object.entries(at)));
    if ("hint" in at) seen.push(String(at.hint));
  }
  return seen.join("\n");
}

/** Fails if a text has one of the secrets that tests plant. */
export function assertNoSecrets(text: string): void {
  assert.ok(!/planted/i.test(text), text);
}

/** What a promise is rejected with; nothing in it may be secret. */
export async function errorOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    (value) => assert.fail(`no error but ${JSON.stringify(value)}`),
    (reason) => reason,
  );
  assert.ok(error instanceof Error);
  assertNoSecrets(everythingOf(error));
  return error;
}
