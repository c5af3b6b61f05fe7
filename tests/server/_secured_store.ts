import type { Database } from "../../src/base/mod.ts";
import {
  decodeJwt,
  exportPrivateKey,
  generateKeyPair,
  type JwtClaims,
  signJwt,
} from "../../src/jwt/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import { LocalStore, ORIGIN } from "../support/local_store.ts";
import type { Found } from "./document/client_view.ts";
import { requestFor } from "./_request_for.ts";

/** The one who may delete bundles. */
export const ADMIN = "admin@example.org";

let key: Promise<CryptoKeyPair> | undefined;

/**
 * The key pair of every {@linkcode SecuredStore}: one for all of a test file,
 * because making one takes long.
 */
export function storeKey(): Promise<CryptoKeyPair> {
  return key ??= generateKeyPair();
}

/** An embedded DSS with an administrator and a key that the test knows. */
export class SecuredStore implements AsyncDisposable {
  /** Clock and directory. */
  readonly store: LocalStore;
  /** The DSS. */
  readonly dss: LocalDss;

  private constructor(store: LocalStore, dss: LocalDss) {
    this.store = store;
    this.dss = dss;
  }

  /** Makes an empty store. */
  static async open(): Promise<SecuredStore> {
    const store = await LocalStore.open();
    const { privateKey } = await storeKey();
    const path = `${store.dataDir}/signing_key.pem`;
    await Deno.writeTextFile(path, await exportPrivateKey(privateKey));
    const dss = await openDss(store, [ADMIN]);
    return new SecuredStore(store, dss);
  }

  /** The claims of a good token of a session of its own, and its `kid`. */
  async goodClaims(): Promise<{ claims: JwtClaims; kid: string }> {
    const { accessToken } = await this.dss.issueTokens({ email: ADMIN });
    const { claims, header } = decodeJwt(accessToken);
    return { claims, kid: String(header.kid) };
  }

  /** A token like a good one, but for some claims (null: left out). */
  async tokenWith(changes: JwtClaims): Promise<string> {
    const { claims, kid } = await this.goodClaims();
    const changed = Object.entries({ ...claims, ...changes })
      .filter(([, value]) => value !== null);
    const { privateKey } = await storeKey();
    return await signJwt(Object.fromEntries(changed), privateKey, kid);
  }

  /** Calls an operation with fitting arguments and this header. */
  async call(found: Found, authorization?: string): Promise<Response> {
    const { path, init } = requestFor(found);
    const headers = new Headers(init.headers);
    if (authorization !== undefined) {
      headers.set("authorization", authorization);
    }
    return await this.request(path, { ...init, headers });
  }

  /** Asks the service; a path is below its origin. */
  async request(path: string, init?: RequestInit): Promise<Response> {
    return await this.dss.handler(new Request(`${ORIGIN}${path}`, init));
  }

  /** Closes and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.dss[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }
}

/**
 * Whether an operation took the token of a fitting request, whatever it found
 * to do then.
 */
export async function wasTaken(answer: Response): Promise<boolean> {
  const text = await answer.text();
  const { code } = text === "" ? {} : JSON.parse(text);
  return ![401, 403, 500, 503].includes(answer.status) &&
    code !== "illegal_arguments";
}

/** Opens a store's directory once more. */
export async function openDss(
  { clock, dataDir }: Pick<LocalStore, "clock" | "dataDir">,
  admins: readonly string[] = [],
  openDatabase: (path: string) => Database = openSqlite,
): Promise<LocalDss> {
  const random = Math.random;
  return await LocalDss.open({
    dataDir,
    runtime: { files: denoFiles, clock, random, createHash: createNodeHash },
    openDatabase,
    version: "1.2.3",
    admins,
  });
}
