import { isJsonObject, RefusedError } from "../base/mod.ts";
import { type ApiDocument, describeDocument } from "./document.ts";

/**
 * The address that paths of a document are appended to, without a final
 * slash: Swagger 2.0 `schemes`, `host` and `basePath` (absent ones are those
 * of the document itself), OpenAPI 3 `servers[0].url` with the defaults of
 * its variables. Where the document lists several schemes, https wins.
 *
 * @throws {RefusedError} when no http or https address comes out.
 */
export function baseUrl(document: ApiDocument): string {
  const text = document.isOpenApi3
    ? openApi3Server(document)
    : swagger2Server(document);
  // A document from a file may have no URL to be relative to.
  const own = URL.canParse(document.url) ? document.url : undefined;
  // A variable without a value leaves its braces.
  if (text === "" || /[{}]/.test(text) || !URL.canParse(text, own)) {
    throw new RefusedError(
      `${describeDocument(document.url)} names no usable server address`,
    );
  }
  const url = new URL(text, own);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new RefusedError(
      `${describeDocument(document.url)} names a server that is not ` +
        `http or https: ${url.protocol}`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function swagger2Server({ root, url }: ApiDocument): string {
  // A document from a file has no address of its own.
  const own = URL.canParse(url) ? new URL(url) : { protocol: "", host: "" };
  const schemes = Array.isArray(root.schemes) ? root.schemes : [];
  const scheme = schemes.includes("https")
    ? "https"
    : schemes.includes("http")
    ? "http"
    : /^https?:$/.test(own.protocol)
    ? own.protocol.slice(0, -1)
    : "https";
  const host = typeof root.host === "string" ? root.host : own.host;
  const path = typeof root.basePath === "string" ? root.basePath : "";
  // `https:///v1` would be taken for the host `v1`.
  return host === "" ? "" : `${scheme}://${host}/${path.replace(/^\/+/, "")}`;
}

function openApi3Server(document: ApiDocument): string {
  const servers = document.root.servers;
  const server = document.resolve(
    Array.isArray(servers) ? servers[0] : undefined,
  );
  const variables = document.resolve(server.variables);
  const template = typeof server.url === "string" ? server.url : "/";
  return template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name)
      ? variables[name]
      : undefined;
    const value = isJsonObject(variable) ? variable.default : undefined;
    return typeof value === "string" ? value : whole;
  });
}
