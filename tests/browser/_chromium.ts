/**
 * A headless Chromium, driven over the Chrome DevTools Protocol.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";

const DEADLINE_MS = 30_000;
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The command of the installed browser; undefined when there is none. */
export function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return NAMES.find((name) =>
    folders.some((folder) => {
      try {
        return Deno.statSync(join(folder, name)).isFile;
      } catch {
        return false;
      }
    })
  );
}

interface Answer {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** One page of a browser of its own. */
export class Page implements AsyncDisposable {
  /** Addresses that the page went to, in order. */
  readonly visited: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #loaded = Promise.withResolvers<void>();
  #session = "";
  #lastId = 0;

  private constructor(
    process: Deno.ChildProcess,
    profile: string,
    socket: WebSocket,
  ) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
  }

  /** Starts a browser with an empty profile. */
  static async open(command: string): Promise<Page> {
    const profile = await Deno.makeTempDir({ prefix: "hca-chromium-" });
    const process = new Deno.Command(command, {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
        ...["--disable-background-networking", "--no-proxy-server"],
        ...["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        ...[`--user-data-dir=${profile}`, "--remote-debugging-port=0"],
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const socket = new WebSocket(await debuggerAddress(process.stderr));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("no debugger"));
    });
    const page = new Page(process, profile, socket);
    await page.#attach();
    return page;
  }

  /** Goes to an address and waits until it is loaded. */
  async goTo(url: string): Promise<void> {
    await this.#whileLoading(() => this.#send("Page.navigate", { url }));
  }

  /** What an expression of the page's own gives. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return (result as { value?: unknown }).value;
  }

  /** Types into the field that a selector names, as a person does. */
  async type(selector: string, text: string): Promise<void> {
    await this.evaluate(`{
      const field = document.querySelector(${JSON.stringify(selector)});
      field.focus();
      field.select();
    }`);
    await this.#send("Input.insertText", { text });
  }

  /** Clicks where an element is, and waits for the page that follows. */
  async clickAndWait(selector: string): Promise<void> {
    const at = await this.evaluate(`{
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView();
      const { x, y, width, height } = element.getBoundingClientRect();
      [x + width / 2, y + height / 2];
    }`);
    const [x, y] = at as [number, number];
    const mouse = { x, y, button: "left", clickCount: 1 };
    await this.#whileLoading(async () => {
      for (const type of ["mousePressed", "mouseReleased"]) {
        await this.#send("Input.dispatchMouseEvent", { type, ...mouse });
      }
    });
  }

  /** The text that the page shows. */
  async text(): Promise<string> {
    return String(await this.evaluate("document.body.innerText"));
  }

  async #attach(): Promise<void> {
    const { targetId } = await this.#send("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await this.#send("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    this.#session = String(sessionId);
    await this.#send("Page.enable", {});
  }

  async #whileLoading(work: () => Promise<unknown>): Promise<void> {
    this.#loaded = Promise.withResolvers<void>();
    await work();
    const { promise } = this.#loaded;
    await withDeadline(promise, "the page was not loaded");
  }

  #send(
    method: string,
    params: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const session = this.#session === "" ? {} : { sessionId: this.#session };
    const answered = new Promise<Record<string, unknown>>((resolve, reject) =>
      this.#waiting.set(
        id,
        ({ result, error }) =>
          error === undefined
            ? resolve(result ?? {})
            : reject(new Error(`${method}: ${error.message}`)),
      )
    );
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return withDeadline(answered, method);
  }

  #receive(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    }
    if (answer.method === "Page.frameNavigated") {
      const { frame } = answer.params as { frame: { url: string } };
      this.visited.push(frame.url);
    }
    if (answer.method === "Page.loadEventFired") this.#loaded.resolve();
  }

  /** Ends the browser and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#session = "";
    await this.#send("Browser.close", {}).catch(() => {});
    await closed;
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true });
  }
}

async function debuggerAddress(
  stream: ReadableStream<Uint8Array>,
): Promise<string> {
  const found = Promise.withResolvers<string>();
  const read = async () => {
    let text = "";
    // To the end: a full pipe would stop the browser.
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text = (text + chunk).slice(-10_000);
      const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (url !== undefined) found.resolve(url);
    }
    found.reject(new Error(`the browser ended: ${text}`));
  };
  read().catch(found.reject);
  return await withDeadline(found.promise, "the browser did not start");
}

async function withDeadline<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
