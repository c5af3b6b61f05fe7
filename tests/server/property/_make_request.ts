import type {
  Parameter,
  PlainParameter,
} from "../../../src/server/document/mod.ts";
import type { Found } from "../document/client_view.ts";
import { type Maker, makeText, makeValue } from "./_make_value.ts";
import { deepJson, nastyText } from "./_nasty.ts";

/** A request before it is sent. */
export interface MadeRequest {
  /** The operation that it is meant for. */
  found: Found;
  /** The method, which is another one now and then. */
  method: string;
  /** The values of placeholders. */
  path: Map<string, string>;
  /** The query, in order; names may be there twice. */
  query: [name: string, value: string][];
  /** The body. */
  body: string | undefined;
  /** Its media type; undefined: none is said. */
  contentType: string | undefined;
  /** Who asks, a key of `Callers`. */
  caller: string;
  /** A query that is no well-formed text, put behind the other. */
  junk: string;
}

/** How often a part of a request is wrong, 0 to 1. */
const SHARES = [0, 0, 0.02, 0.15] as const;

/** A request for an operation, which may fit the document or not. */
export function makeRequest(
  found: Found,
  tools: Omit<Maker, "wrong">,
): MadeRequest {
  const { draw } = tools;
  const maker: Maker = { ...tools, wrong: draw.pick(SHARES) };
  const made: MadeRequest = {
    found,
    method: found.method.toUpperCase(),
    path: new Map(),
    query: [],
    body: undefined,
    contentType: undefined,
    caller: "admin",
    junk: "",
  };
  for (const parameter of found.operation.parameters) {
    addParameter(maker, made, parameter);
  }
  addCaller(maker, made);
  if (maker.wrong > 0 && draw.chance(0.25)) spoil(maker, made);
  return made;
}

function addParameter(
  maker: Maker,
  made: MadeRequest,
  parameter: Parameter,
): void {
  const { draw, wrong } = maker;
  if (parameter.in === "body") {
    if (draw.chance(wrong / 3)) return;
    const value = makeValue(maker, parameter.schema, "");
    made.body = JSON.stringify(value);
    made.contentType = "application/json";
  } else if (parameter.in === "path") {
    made.path.set(parameter.name, pathValue(maker, made.found, parameter));
  } else if (draw.chance(parameter.required ? 1 - wrong / 2 : 0.3)) {
    const value = queryValue(maker, made, parameter);
    // The last one counts.
    if (draw.chance(0.03)) made.query.push([parameter.name, nastyText(draw)]);
    made.query.push([parameter.name, value]);
  }
}

function pathValue(
  maker: Maker,
  { path }: Found,
  parameter: PlainParameter,
): string {
  const { draw, known, wrong } = maker;
  const stored = path.startsWith("/files")
    ? draw.pick(known.files)?.uuid
    : path.includes("{checkout_job_id}")
    ? draw.pick(known.jobs)
    : path.startsWith("/subscriptions")
    ? draw.pick(known.subscriptions)
    : path.startsWith("/collections")
    ? draw.pick(known.collections)?.uuid
    : draw.pick(known.bundles)?.uuid;
  if (stored !== undefined && draw.chance(0.6)) {
    return draw.chance(0.1) ? stored.toUpperCase() : stored;
  }
  const value = draw.chance(wrong) ? makeText(maker, parameter) : draw.uuid();
  // These would be another path.
  return /^(|\.|\.\.|all|checkout)$/.test(value) ? draw.uuid() : value;
}

function queryValue(
  maker: Maker,
  { path, found }: MadeRequest,
  parameter: PlainParameter,
): string {
  const { draw, known, wrong } = maker;
  const { name } = parameter;
  if (draw.chance(wrong)) return makeText(maker, parameter);
  if (name === "uuid") {
    const stored = draw.pick(known.collections)?.uuid;
    return draw.chance(0.4) ? stored ?? draw.uuid() : draw.uuid();
  }
  // Most people work in one replica and with the usual kind.
  if (/^(replica|subscription_type)$/.test(name) && draw.chance(0.7)) {
    return name === "replica" ? "aws" : "jmespath";
  }
  if (name === "version") {
    const uuid = path.get("uuid")?.toLowerCase();
    const stored = [...known.files, ...known.bundles, ...known.collections]
      .filter((item) => item.uuid === uuid);
    const one = draw.pick(stored);
    return one !== undefined && draw.chance(0.6) ? one.version : draw.version();
  }
  if (/date$/.test(name)) return draw.version();
  if (name === "token" && found.path === "/events") return draw.version();
  if (name === "prefix") return draw.uuid().slice(0, 1 + draw.below(2));
  return makeText(maker, parameter);
}

function addCaller({ draw, wrong }: Maker, made: MadeRequest): void {
  if (made.found.operation.security === undefined) {
    made.caller = draw.pick(["nobody", "nobody", "admin", "junk"]);
  } else if (draw.chance(wrong)) {
    made.caller = draw.pick(
      ["member", "public", "stranger", "nobody", "forged", "junk", "words"],
    );
  }
}

/** Makes one thing of a request wrong that no schema speaks of. */
function spoil({ draw }: Maker, made: MadeRequest): void {
  switch (draw.below(7)) {
    case 0:
      made.method = draw.pick(
        ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "BREW"],
      );
      if (/GET|HEAD/.test(made.method)) made.body = undefined;
      break;
    case 1:
      made.query.push([nastyText(draw), nastyText(draw)]);
      break;
    case 2:
      made.junk = draw.pick(["&replica=%FF%FE", "&%zz=%", "&&=&", "&per_page"]);
      break;
    case 3:
      if (made.body !== undefined) {
        const types = [undefined, "text/plain", "multipart/form-data", "json"];
        made.contentType = draw.pick(types);
      }
      break;
    case 4:
      if (made.body !== undefined) made.body = deepJson(draw);
      break;
    case 5:
      if (made.body !== undefined) {
        made.body = draw.pick([
          ...["", "{", "[]", "null", '"x"', "{}", "\ufeff{}", '{"a":1e999}'],
          ...['{"__proto__":{}}', '{"name":"\\ud800"}', "{'a':1}", "NaN"],
        ]);
      }
      break;
    default:
      if (made.body?.startsWith("{") === true) {
        const keys = ["es_query", "details", "files", "attachments"] as const;
        // The last one of a name counts.
        const rest = `"${draw.pick(keys)}":${deepJson(draw)}}`;
        made.body = `${made.body.slice(0, -1)}${
          made.body === "{}" ? "" : ","
        }${rest}`;
      }
  }
}

/** The address below the service's origin. */
export function targetOf({ found, path, query, junk }: MadeRequest): string {
  const filled = found.path.replace(
    /\{([^{}]*)\}/g,
    (_, name) => encodeURIComponent(path.get(name) ?? ""),
  );
  return `/v1${filled}?${new URLSearchParams(query)}${junk}`;
}
