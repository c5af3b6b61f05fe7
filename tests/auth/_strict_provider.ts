import type { Provider } from "../../src/auth/mod.ts";
import { providerAt } from "./_token_world.ts";

/**
 * A provider that ends a login when it sees a refresh token twice (RFC 9700,
 * section 4.14.2), behind a real token endpoint on this machine.
 */
export class StrictProvider implements AsyncDisposable {
  /** The forms that were sent, in order. */
  readonly forms: Record<string, string>[] = [];
  /** What is given besides the access token, or instead of it. */
  extra: Record<string, unknown> = { expires_in: 3600 };
  /** Whether there are new refresh tokens. */
  rotates = true;
  /** Whether the login has been ended. */
  hasEnded = false;
  /** Called before each answer; what it gives is the answer. */
  onRequest: (form: Record<string, string>) => Promise<Response | undefined> =
    () => Promise.resolve(undefined);
  /** The access token that is valid now. */
  accessToken = "PLANTED-access-0";
  /** The refresh token that is valid now. */
  refreshToken = "PLANTED-refresh-0";
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** What a login is stored with. */
  get provider(): Provider {
    return providerAt(`http://127.0.0.1:${this.#server.addr.port}`);
  }

  async #answer(request: Request): Promise<Response> {
    const form = Object.fromEntries(
      new URLSearchParams(await request.text()),
    );
    this.forms.push(form);
    const answer = await this.onRequest(form);
    if (answer !== undefined) return answer;
    const isGood = new URL(request.url).pathname === "/token" &&
      request.method === "POST" && form.grant_type === "refresh_token" &&
      form.client_id === "the-client" &&
      form.client_secret === "PLANTED-client-secret" &&
      form.refresh_token === this.refreshToken && !this.hasEnded;
    return isGood ? this.#renew() : this.#end(form);
  }

  #renew(): Response {
    const count = this.forms.length;
    this.accessToken = `PLANTED-access-${count}`;
    if (this.rotates) this.refreshToken = `PLANTED-refresh-${count}`;
    return Response.json({
      access_token: this.accessToken,
      ...(this.rotates && { refresh_token: this.refreshToken }),
      token_type: "Bearer",
      ...this.extra,
    });
  }

  #end(form: Record<string, string>): Response {
    this.hasEnded = true;
    return Response.json({
      error: "invalid_grant",
      error_description: `no such token: ${form.refresh_token}`,
    }, { status: 400 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
