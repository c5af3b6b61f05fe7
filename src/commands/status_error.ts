/**
 * Ends a run with an exit status; what went wrong was shown already. It is
 * for commands that run others.
 */
export class StatusError extends Error {
  /** Always `StatusError`. */
  override readonly name = "StatusError";

  /** Ends with `status`. */
  constructor(readonly status: number) {
    super(`ended with status ${status}`);
  }
}
