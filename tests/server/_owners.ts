import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import type { LocalStore } from "../support/local_store.ts";
import { SecuredStore } from "./_secured_store.ts";

/** One who has things in the store. */
export const ANN = "ann@example.org";
/** Another one. */
export const BEN = "ben@example.org";

/** An answer, read. */
export interface Read {
  status: number;
  headers: Headers;
  /** The JSON; empty when there is none. */
  body: JsonObject;
}

/** An embedded DSS in which people have tokens. */
export class Owners implements AsyncDisposable {
  readonly secured: SecuredStore;
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(secured: SecuredStore) {
    this.secured = secured;
  }

  /** Makes an empty store. */
  static async open(): Promise<Owners> {
    return new Owners(await SecuredStore.open());
  }

  /** Clock, directory and a way to add bundles. */
  get store(): LocalStore {
    return this.secured.store;
  }

  /** Asks in somebody's name; `path` is below `/v1` unless it is absolute. */
  async as(
    email: string,
    line: string,
    body?: unknown,
  ): Promise<Read> {
    const [method = "", path = ""] = line.split(" ");
    const target = /^https?:/.test(path)
      ? path.replace(/^https?:\/\/[^/]+/, "")
      : `/v1${path}`;
    const headers = new Headers({
      authorization: `Bearer ${await this.#tokenOf(email)}`,
    });
    if (body !== undefined) headers.set("content-type", "application/json");
    const answer = await this.secured.request(target, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === "" ? {} : JSON.parse(text),
    };
  }

  #tokenOf(email: string): Promise<string> {
    const known = this.#tokens.get(email);
    if (known !== undefined) return known;
    const token = this.secured.dss.issueTokens({ email })
      .then(({ accessToken }) => accessToken);
    this.#tokens.set(email, token);
    return token;
  }

  /** Closes and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.secured[Symbol.asyncDispose]();
  }
}

/** Asserts that an answer is an error of the DSS (shape A). */
export function assertProblem(
  { status, headers, body }: Read,
  expected: { status: number; code: string; title?: RegExp },
): void {
  assert.equal(status, expected.status, JSON.stringify(body));
  assert.equal(body.code, expected.code);
  assert.equal(headers.get("content-type"), "application/problem+json");
  if (expected.title !== undefined) {
    assert.match(String(body.title), expected.title);
  }
}

/** The address of the next page, written in single quotes. */
export function nextOf({ headers }: Read): string {
  const link = headers.get("link") ?? "";
  const [, url] = /^<([^<>]+)>; rel='next'$/.exec(link) ?? [];
  assert.ok(url, `not a next link in single quotes: ${link}`);
  return url;
}

/** The body of a collection. */
export function collectionOf(
  contents: unknown[],
  more: JsonObject = {},
): Record<string, unknown> {
  return { name: "n", description: "d", details: {}, contents, ...more };
}
