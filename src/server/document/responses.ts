import { describeCodes, type ErrorCodeName } from "./error_codes.ts";
import { definition, record } from "./formats.ts";
import type { Header, ResponseObject, Responses, Schema } from "./types.ts";

/** An answer that is not an error. */
export function answer(
  description: string,
  schema?: Schema,
  headers?: Record<string, Header>,
): ResponseObject {
  return {
    description,
    ...(schema === undefined ? {} : { schema }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/**
 * The answers of a paged operation: 206 for a page that another one follows,
 * 200 for the last (RFC 8288 for the `Link`; the 206 is what tells clients
 * that the operation has pages).
 *
 * @param schema makes the body's schema, once for each answer
 * @param contentKey the dotted path of the array that pages cut
 */
export function pages(schema: () => Schema, contentKey: string): Responses {
  return {
    "200": answer("The last page.", schema(), pageHeaders(contentKey)),
    "206": answer("A page that another one follows.", schema(), {
      "Link": {
        description: 'The address of the next page, with `rel="next"`.',
        type: "string",
      },
      ...pageHeaders(contentKey),
    }),
  };
}

function pageHeaders(contentKey: string): Record<string, Header> {
  return {
    "X-OpenAPI-Pagination": {
      description: "Whether another page follows.",
      type: "boolean",
    },
    "X-OpenAPI-Paginated-Content-Key": {
      description: "The path of the list that the pages share out.",
      type: "string",
      enum: [contentKey],
    },
  };
}

/** The wait before a redirect or an error is tried again. */
export function retryAfter(): Record<string, Header> {
  return {
    "Retry-After": {
      description: "Seconds to wait before the next request.",
      type: "integer",
      format: "int64",
      minimum: 0,
    },
  };
}

/** A redirect to the same operation, to be followed after a wait. */
export function redirectToSelf(description: string): ResponseObject {
  const location: Header = {
    description: "This operation again, with a `token`.",
    type: "string",
  };
  return answer(description, undefined, {
    "Location": location,
    ...retryAfter(),
  });
}

/** What is known of the errors of an operation. */
export interface ErrorFacts {
  /** The codes of its own, by status; the usual ones are added. */
  codes?: Record<number, readonly ErrorCodeName[]>;
  /** Whether it needs a token. Default: no. */
  secured?: boolean;
  /** Whether it is refused while nothing may be written. Default: no. */
  writes?: boolean;
  /** The statuses that carry Retry-After. Default: 500, 502, 503, 504. */
  retryAfterOn?: readonly number[];
  /** Whether errors have no body, as on HEAD. Default: no. */
  bodiless?: boolean;
}

/** The error answers of an operation, its own and those that all have. */
export function errors(facts: ErrorFacts = {}): Responses {
  const retried = facts.retryAfterOn ?? [500, 502, 503, 504];
  const responses: Responses = {};
  for (const [status, codes] of codesByStatus(facts)) {
    const schema = facts.bodiless || status === 502
      ? undefined
      : problem(codes);
    const headers = retried.includes(status) ? retryAfter() : undefined;
    responses[status] = answer(describe(status, codes), schema, headers);
  }
  responses["default"] = answer(
    "Any other error.",
    facts.bodiless ? undefined : definition("Error"),
  );
  return responses;
}

function describe(status: number, codes: readonly ErrorCodeName[]): string {
  // The gateway in front of the service makes this one, without a code.
  return status === 502 ? "The service broke off." : describeCodes(codes);
}

function codesByStatus(facts: ErrorFacts): Map<number, ErrorCodeName[]> {
  const all = new Map<number, ErrorCodeName[]>();
  const add = (status: number, codes: readonly ErrorCodeName[]): void => {
    all.set(status, [...all.get(status) ?? [], ...codes]);
  };
  add(400, ["illegal_arguments"]);
  if (facts.secured) {
    add(401, ["OAuthProblem", "Unauthorized"]);
    add(403, ["Forbidden"]);
  }
  add(500, ["unhandled_exception"]);
  add(502, []);
  add(503, ["service_unavailable"]);
  if (facts.writes) add(503, ["read_only"]);
  add(504, ["timed_out"]);
  for (const [status, codes] of Object.entries(facts.codes ?? {})) {
    add(Number(status), codes);
  }
  return all;
}

// `code` is not required: what is refused before it reaches the operation
// (malformed JSON, say) has none.
function problem(codes: readonly ErrorCodeName[]): Schema {
  return {
    allOf: [
      definition("Error"),
      record({ code: { type: "string", enum: [...codes] } }),
    ],
  };
}
