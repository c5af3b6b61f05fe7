import { isJsonObject, type Json, type JsonObject } from "../base/mod.ts";
import type { ApiDocument } from "./document.ts";

/** What an API document says of an OAuth 2.0 provider; none of it is checked. */
export interface OAuthScheme {
  /** What the document calls it. */
  name: string;
  /** Where a person says yes. */
  authorizationUrl?: string;
  /** Where codes become tokens. */
  tokenUrl?: string;
  /** Where OpenID Connect Discovery describes the provider. */
  openIdConnectUrl?: string;
  /** The issuer identifier. */
  issuer?: string;
  /** The services that tokens are for, as `aud` names them. */
  audiences: string[];
  /** The scopes that there are. */
  scopes: string[];
  /** Those of them that some operation asks for. */
  requiredScopes: string[];
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

// RFC 6749, section 3.3: no blank, quote or backslash.
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

// The flow of a terminal comes first; the implicit one shares its pages.
const FLOWS = ["authorizationCode", "implicit"];
const OLD_FLOWS = ["accessCode", "implicit"];

/**
 * The OAuth 2.0 and OpenID Connect schemes of an API document, those first
 * that have the authorization code flow: Swagger 2.0 `securityDefinitions`,
 * OpenAPI 3 `components.securitySchemes`, and in both the extensions
 * `x-google-issuer` and `x-google-audiences` of Google Cloud Endpoints.
 * Addresses may be relative to the document. What has another type than it
 * should is left out.
 *
 * @throws {RefusedError} when a reference leads nowhere or in a circle
 */
export function oauthSchemes(document: ApiDocument): OAuthScheme[] {
  const required = requiredScopes(document);
  const schemes = Object.entries(definitions(document)).flatMap(
    ([name, value]) => {
      const scheme = document.resolve(value);
      const read = document.isOpenApi3
        ? readOpenApi3(document, scheme)
        : readSwagger2(document, scheme);
      if (read === undefined) return [];
      const requiredScopes = [...required.get(name) ?? []];
      const extensions = readExtensions(scheme);
      return [{ name, ...extensions, ...read, requiredScopes }];
    },
  );
  const rank = ({ tokenUrl, openIdConnectUrl }: OAuthScheme) =>
    tokenUrl === undefined && openIdConnectUrl === undefined ? 1 : 0;
  return schemes.sort((a, b) => rank(a) - rank(b));
}

function definitions(document: ApiDocument): JsonObject {
  const { root } = document;
  if (!document.isOpenApi3) {
    return document.resolve(own(root, "securityDefinitions"));
  }
  const components = document.resolve(own(root, "components"));
  return document.resolve(own(components, "securitySchemes"));
}

type Flow = Pick<
  OAuthScheme,
  "authorizationUrl" | "tokenUrl" | "openIdConnectUrl" | "scopes"
>;

function readSwagger2(
  document: ApiDocument,
  scheme: JsonObject,
): Flow | undefined {
  const flow = text(scheme, "flow");
  return text(scheme, "type") === "oauth2" && OLD_FLOWS.includes(flow ?? "")
    ? readFlow(document, scheme)
    : undefined;
}

function readOpenApi3(
  document: ApiDocument,
  scheme: JsonObject,
): Flow | undefined {
  const type = text(scheme, "type");
  if (type === "openIdConnect") {
    const url = address(document, scheme, "openIdConnectUrl");
    return url === undefined
      ? undefined
      : { scopes: [], openIdConnectUrl: url };
  }
  const flows = document.resolve(own(scheme, "flows"));
  const name = FLOWS.find((flow) => own(flows, flow) !== undefined);
  return type === "oauth2" && name !== undefined
    ? readFlow(document, document.resolve(own(flows, name)))
    : undefined;
}

function readFlow(document: ApiDocument, flow: JsonObject): Flow {
  const authorizationUrl = address(document, flow, "authorizationUrl");
  const tokenUrl = address(document, flow, "tokenUrl");
  const scopes = Object.keys(document.resolve(own(flow, "scopes")));
  return {
    scopes: scopes.filter((scope) => SCOPE.test(scope)),
    ...(authorizationUrl !== undefined && { authorizationUrl }),
    ...(tokenUrl !== undefined && { tokenUrl }),
  };
}

function readExtensions(
  scheme: JsonObject,
): Pick<OAuthScheme, "issuer" | "audiences"> {
  const issuer = text(scheme, "x-google-issuer");
  const listed = text(scheme, "x-google-audiences") ?? "";
  const audiences = listed.split(",").map((name) => name.trim());
  return {
    audiences: audiences.filter(Boolean),
    ...(issuer !== undefined && { issuer }),
  };
}

/** The scopes that operations ask for, by the name of the scheme. */
function requiredScopes(document: ApiDocument): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [name, scope] of scopeNeeds(document)) {
    if (!SCOPE.test(scope)) continue;
    found.set(name, (found.get(name) ?? new Set()).add(scope));
  }
  return found;
}

function* scopeNeeds(document: ApiDocument): Generator<[string, string]> {
  for (const path of Object.values(document.resolve(document.root.paths))) {
    const item = document.resolve(path);
    for (const method of METHODS) {
      const operation = document.resolve(own(item, method));
      const needs = list(own(operation, "security")).filter(isJsonObject);
      for (
        const [name, scopes] of needs.flatMap((need) => Object.entries(need))
      ) {
        for (const scope of list(scopes)) yield [name, String(scope)];
      }
    }
  }
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function text(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function address(
  document: ApiDocument,
  object: JsonObject,
  key: string,
): string | undefined {
  const value = text(object, key);
  if (value === undefined) return undefined;
  // A document from a file has no address to be relative to.
  const base = URL.canParse(document.url) ? document.url : undefined;
  return URL.parse(value, base)?.href;
}
