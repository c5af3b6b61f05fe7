/** A refusal that the service answers with (shape A of the DSS's errors). */
export class Problem extends Error {
  override readonly name = "Problem";

  /**
   * Makes a refusal.
   *
   * @param status HTTP status
   * @param code stable name of the kind of error, as in `not_found`
   * @param title one sentence for people
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
  ) {
    super(title);
  }
}

/** 400 `illegal_arguments`: a parameter or body breaks the document. */
export function illegalArguments(title: string): Problem {
  return new Problem(400, "illegal_arguments", title);
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
