/** What an {@linkcode OAuthError} may carry besides its description. */
export interface OAuthErrorOptions {
  /** HTTP status. Default 400. */
  status?: number;
  /** Further headers of the answer. */
  headers?: Record<string, string>;
}

/** A refusal in the terms of RFC 6749, sections 4.1.2.1 and 5.2. */
export class OAuthError extends Error {
  /** Always `OAuthError`. */
  override readonly name = "OAuthError";
  /** HTTP status. */
  readonly status: number;
  /** Further headers of the answer. */
  readonly headers: Record<string, string>;

  /**
   * Makes a refusal.
   *
   * @param error its code, as in `invalid_request`
   * @param description one sentence in ASCII without quotes; nothing of the
   * request is in it
   */
  constructor(
    readonly error: string,
    readonly description: string,
    options: OAuthErrorOptions = {},
  ) {
    super(description);
    this.status = options.status ?? 400;
    this.headers = options.headers ?? {};
  }
}
