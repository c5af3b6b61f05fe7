import {
  AuthError,
  type HcaError,
  LocalError,
  type LocalReason,
  NetworkError,
} from "../base/mod.ts";

// What befalls one file will befall the next one too.
const HOPELESS: readonly LocalReason[] = ["no_space", "read_only"];

// So many in a row without one that succeeds is no accident any more.
const REFUSED_IN_A_ROW = 5;
const UNREACHABLE_IN_A_ROW = 50;

/** When going on with the other contents makes no sense. */
export class StopRule {
  #refused = 0;
  #unreachable = 0;

  /** A content was fetched. */
  succeeded(): void {
    this.#refused = 0;
    this.#unreachable = 0;
  }

  /**
   * A content failed.
   *
   * @returns the error to end with, or undefined to go on
   */
  failed(error: HcaError): HcaError | undefined {
    if (error instanceof LocalError) {
      return HOPELESS.includes(error.reason) ? error : undefined;
    }
    if (error instanceof AuthError) {
      // 401: not even who we are was understood.
      const isLogin = error.answer?.status === 401;
      return isLogin || ++this.#refused >= REFUSED_IN_A_ROW ? error : undefined;
    }
    if (!(error instanceof NetworkError)) return undefined;
    if (++this.#unreachable < UNREACHABLE_IN_A_ROW) return undefined;
    return new NetworkError(
      `gave up after ${this.#unreachable} files in a row: ${error.message}`,
      {
        cause: error,
        hint: "What is complete stays; run it again to fetch the rest.",
      },
    );
  }
}
