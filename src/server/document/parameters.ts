import { UUID_PATTERN, VERSION_FORMAT } from "./formats.ts";
import type {
  BodyParameter,
  Constraints,
  PlainParameter,
  Schema,
} from "./types.ts";

/** The one name that the DSS gives its request bodies. */
export const BODY_NAME = "json_request_body";

/** A text in the query, optional. */
export function queryText(
  name: string,
  description: string,
  constraints?: Constraints,
): PlainParameter {
  return {
    name,
    in: "query",
    description,
    required: false,
    type: "string",
    ...constraints,
  };
}

/** A `true` or `false` in the query, optional. */
export function queryFlag(name: string, description: string): PlainParameter {
  return { name, in: "query", description, required: false, type: "boolean" };
}

/** The `replica` that is read or written, required. */
export function replica(description: string): PlainParameter {
  const values = { enum: ["aws", "gcp"] };
  return { ...queryText("replica", description, values), required: true };
}

/** A uuid in the path, required; a text without one is refused. */
export function uuidPath(
  description: string,
  name = "uuid",
): PlainParameter {
  return { ...uncheckedPath(description, name), pattern: UUID_PATTERN };
}

/** A text in the path, required and not checked. */
export function uncheckedPath(
  description: string,
  name = "uuid",
): PlainParameter {
  return { name, in: "path", description, required: true, type: "string" };
}

/** The `version` to look for, optional; junk finds nothing. */
export function optionalVersion(description: string): PlainParameter {
  return queryText("version", description);
}

/** The `version` to write or to start from, required and checked. */
export function version(description: string): PlainParameter {
  const format = { format: VERSION_FORMAT };
  return { ...queryText("version", description, format), required: true };
}

/** The sizes that `per_page` may have, both ends inclusive. */
export interface PageSizes {
  /** The smallest page. */
  minimum: number;
  /** The largest page. */
  maximum: number;
  /** The page when nothing is asked. */
  default: number;
}

/** The number of results on a page, optional. */
export function perPage(
  sizes: PageSizes,
  description?: string,
): PlainParameter {
  return {
    name: "per_page",
    in: "query",
    description: description ??
      `How many results to return at most on a page, ${sizes.minimum} to ` +
        `${sizes.maximum}; ${sizes.default} if not given.`,
    required: false,
    type: "integer",
    format: "int32",
    ...sizes,
  };
}

/** Where an opaque cursor comes from, for the descriptions below. */
const CURSOR = "Where the page starts; part of the `Link` to the next page. " +
  "Clients follow that link and do not set this themselves.";

/** The `search_after` cursor, optional. */
export function searchAfter(): PlainParameter {
  return queryText("search_after", CURSOR);
}

/** The `start_at` cursor, an offset counted from 0, optional. */
export function startAt(): PlainParameter {
  return {
    name: "start_at",
    in: "query",
    description: CURSOR,
    required: false,
    type: "integer",
    default: 0,
  };
}

/** The `token` cursor of a paged operation, optional. */
export function pageToken(): PlainParameter {
  return queryText("token", CURSOR);
}

/** The `token` of a 301, optional. */
export function retryToken(): PlainParameter {
  return queryText(
    "token",
    "Ties a repeated request to the copy that the first one started; part of " +
      "the address of a 301. Clients follow it and do not set this themselves.",
  );
}

/** The JSON request body, required. */
export function jsonBody(description: string, schema: Schema): BodyParameter {
  return { name: BODY_NAME, in: "body", description, required: true, schema };
}
