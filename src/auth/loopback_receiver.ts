import { AuthError, type Log } from "../base/mod.ts";
import { codeOfAnswer, hasState } from "./authorization_answer.ts";
import type { AuthorizationRequest } from "./authorization_url.ts";
import type { FoundProvider } from "./find_provider.ts";
import { loginPage, plainAnswer } from "./login_page.ts";
import type { StoredLogin } from "./stored_login.ts";

/** What a {@linkcode LoopbackReceiver} waits for. */
export interface ExpectedAnswer {
  /** Who was asked. */
  provider: FoundProvider;
  /** What was asked. */
  request: AuthorizationRequest;
  /** Makes a login of the code. */
  redeem: (code: string) => Promise<StoredLogin>;
  /** Where an answer to another question is reported. */
  log: Log;
}

/**
 * Receives the browser that a provider sends back (RFC 8252, section 7.3).
 * It takes one answer, the one with our `state`; others are told to the
 * browser and to the log, and the wait goes on.
 */
export class LoopbackReceiver {
  /** Resolves when the answer has come, whatever it says. */
  readonly answered: Promise<void>;
  /** What became of it; rejects with the error that a login ends with. */
  readonly login: Promise<StoredLogin>;
  readonly #expected: ExpectedAnswer;
  readonly #redirect: URL;
  readonly #answered = Promise.withResolvers<void>();
  readonly #login = Promise.withResolvers<StoredLogin>();
  #isAnswered = false;

  /** Waits for nothing yet. */
  constructor(expected: ExpectedAnswer) {
    this.#expected = expected;
    this.#redirect = new URL(expected.request.redirectUri);
    this.answered = this.#answered.promise;
    this.login = this.#login.promise;
    // Whoever waits looks at it after `answered`.
    this.login.catch(() => {});
  }

  /** Answers one request of whoever found the port. */
  async handle({ method, url }: Request): Promise<Response> {
    const { host, pathname, searchParams } = new URL(url);
    // A page can make its own name lead here (DNS rebinding).
    if (host !== this.#redirect.host) {
      return plainAnswer(421, "This is a port of hca.");
    }
    if (pathname !== this.#redirect.pathname) {
      return plainAnswer(404, "There is nothing here.");
    }
    if (method !== "GET") {
      return plainAnswer(405, "Only GET works here.", { allow: "GET" });
    }
    if (!hasState(searchParams, this.#expected.request)) {
      this.#expected.log(
        "WARNING",
        "a browser brought an answer to another question (wrong state); " +
          "still waiting for the right one",
      );
      return loginPage("wrong state");
    }
    if (this.#isAnswered) return loginPage("already answered");
    this.#isAnswered = true;
    this.#answered.resolve();
    return await this.#take(searchParams);
  }

  async #take(answer: URLSearchParams): Promise<Response> {
    const { provider, redeem } = this.#expected;
    let code: string;
    try {
      code = codeOfAnswer(answer, provider);
    } catch (error) {
      this.#login.reject(error);
      return loginPage(error instanceof AuthError ? "refused" : "failed");
    }
    try {
      this.#login.resolve(await redeem(code));
      return loginPage("signed in");
    } catch (error) {
      this.#login.reject(error);
      return loginPage("failed");
    }
  }
}
