import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./_serve_store.ts", import.meta.url));

/** A service in a process of its own, which can be killed. */
export class KilledService {
  readonly #child: Deno.ChildProcess;
  readonly #origin: string;
  readonly #token: string;

  private constructor(
    child: Deno.ChildProcess,
    { port, accessToken }: { port: number; accessToken: string },
  ) {
    this.#child = child;
    this.#origin = `http://127.0.0.1:${port}`;
    this.#token = accessToken;
  }

  /** Serves a store; resolves when it answers. */
  static async start(
    dataDir: string,
    sources: string,
  ): Promise<KilledService> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", SCRIPT, dataDir, sources],
      stdout: "piped",
      stdin: "null",
      env: { DENO_NO_UPDATE_CHECK: "1" },
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      assert.ok(!done, `the service ended: ${text}`);
      text += value;
    }
    await reader.cancel();
    return new KilledService(child, JSON.parse(text));
  }

  /**
   * Asks it with the token of an administrator.
   *
   * @returns undefined when it was killed before it had answered
   */
  async send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> } | undefined> {
    try {
      const answer = await fetch(`${this.#origin}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          "content-type": "application/json",
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : {} };
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Ends it at once, whatever it does, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}
