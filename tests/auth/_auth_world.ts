import type { FoundProvider } from "../../src/auth/mod.ts";
import type { AuthTools } from "../../src/auth/mod.ts";
import type { Fetch } from "../../src/base/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog, type MemoryLog } from "../support/memory_log.ts";

/** What {@linkcode authWorld} gives. */
export interface AuthWorld {
  tools: AuthTools;
  clock: FakeClock;
  log: MemoryLog;
  /** Method and address of each request. */
  requests: string[];
}

/** The tools of a login, with a network that a test makes. */
export function authWorld(
  fetch: Fetch = () => Promise.reject(new TypeError("no network")),
  signal?: AbortSignal,
): AuthWorld {
  const clock = new FakeClock({ skips: (delayMs) => delayMs < 2_000 });
  const log = createMemoryLog();
  const requests: string[] = [];
  const tools: AuthTools = {
    runtime: {
      fetch: (request) => {
        requests.push(`${request.method} ${request.url}`);
        return fetch(request);
      },
      clock,
      random: () => 0.5,
      files: new MemoryFiles(),
      log: log.log,
    },
    environment: { variable: () => undefined, os: "linux" },
    ...(signal !== undefined && { signal }),
  };
  return { tools, clock, log, requests };
}

/** A network of JSON answers by address; the rest is 404. */
export function answers(byUrl: Record<string, unknown>): Fetch {
  return (request) => {
    const value = byUrl[request.url];
    if (value instanceof Response) return Promise.resolve(value.clone());
    return Promise.resolve(
      value === undefined
        ? Response.json({ code: "not_found" }, { status: 404 })
        : Response.json(value),
    );
  };
}

/** A provider that was found. */
export const PROVIDER: FoundProvider = {
  issuer: "https://idp.test/",
  authorizationEndpoint: "https://idp.test/authorize",
  tokenEndpoint: "https://idp.test/token",
  revocationEndpoint: "https://idp.test/revoke",
  clientId: "the-client",
  clientSecret: "PLANTED-client-secret",
  redirectUris: [],
  audience: "https://dss.test/",
  scopes: ["openid", "email", "offline_access"],
  sendsIssuer: false,
};

/** An authorization request with fixed secrets. */
export const REQUEST = {
  state: "PLANTED-state",
  nonce: "PLANTED-nonce",
  verifier: "PLANTED-verifier",
  challenge: "the-challenge",
  redirectUri: "http://127.0.0.1:8765/",
};
