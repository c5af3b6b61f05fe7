import { printable } from "../base/mod.ts";

// A challenge has one parameter at least (RFC 6750, section 3).
const CHALLENGE = 'Bearer realm="dss"';

/** A refusal that the service answers with (shape A of the DSS's errors). */
export class Problem extends Error {
  override readonly name = "Problem";

  /**
   * Makes a refusal.
   *
   * @param status HTTP status
   * @param code stable name of the kind of error, as in `not_found`
   * @param title one sentence for people
   * @param headers what the answer says besides
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(title);
  }
}

/** 400 `illegal_arguments`: a parameter or body breaks the document. */
export function illegalArguments(title: string): Problem {
  return new Problem(400, "illegal_arguments", title);
}

/**
 * 401 `OAuthProblem`: the request has no token. Its challenge gives no error
 * code then (RFC 6750, section 3.1).
 */
export function noToken(title: string): Problem {
  return new Problem(401, "OAuthProblem", title, {
    "www-authenticate": CHALLENGE,
  });
}

/**
 * 401 `Unauthorized`: the token does not do.
 *
 * @param why more for the challenge (RFC 6750, section 3), in ASCII without
 * quotes and backslashes; default: the title
 */
export function unauthorized(title: string, why = title): Problem {
  return new Problem(401, "Unauthorized", title, {
    "www-authenticate":
      `${CHALLENGE}, error="invalid_token", error_description="${why}"`,
  });
}

/** 403 `Forbidden`: the token is good, but this is not for its bearer. */
export function forbidden(): Problem {
  return new Problem(
    403,
    "Forbidden",
    "User is not authorized to access this resource",
  );
}

/** 400 `illegal_version`: a version is no DSS_VERSION. */
export function illegalVersion(version: string, what = "version"): Problem {
  return new Problem(
    400,
    "illegal_version",
    `'${printable(version)}' is not a ${what} in DSS_VERSION format, as in ` +
      "'2019-02-21T184000.899031Z'",
  );
}

/**
 * 503 `read_only`. Where a 503 says nothing else about it, clients come back
 * after ten minutes.
 */
export function readOnly(): Problem {
  return new Problem(
    503,
    "read_only",
    "This service is read-only at the moment",
    { "retry-after": "600" },
  );
}

/** 503 `service_unavailable`: its store went away under the service. */
export function storeRemoved(): Problem {
  return new Problem(
    503,
    "service_unavailable",
    "The store was removed or replaced; the service has to be started anew",
  );
}

/** 404 `not_found`. */
export function notFound(title: string): Problem {
  return new Problem(404, "not_found", title);
}

/** An error of the framework under the DSS (shape B): it has no code. */
export class FrameworkProblem extends Error {
  override readonly name = "FrameworkProblem";

  /** Makes a refusal with a status, a title and a detail. */
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(title);
  }
}
