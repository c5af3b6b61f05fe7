const HOST = "127.0.0.1";

/**
 * A port in front of another one. It can be told to hold what would pass, so
 * that something happens in the middle of a transfer, each time.
 */
export class Gate implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: HOST, port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #passing: Promise<void>;
  readonly #target: number;
  readonly #passedBytes = new Map<Deno.Conn, number>();
  #limitBytes = Infinity;
  #held = Promise.withResolvers<void>();
  #opened = Promise.withResolvers<void>();

  /** Leads to a port of this machine. */
  constructor(target: number) {
    this.#target = target;
    this.#passing = this.#accept();
  }

  /** Where it is. */
  get endpoint(): string {
    return `http://${HOST}:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  /**
   * Holds each connection that passes so many bytes from now on, either way.
   *
   * @returns when one is held
   */
  holdAfter(sizeBytes: number): Promise<void> {
    this.#passedBytes.clear();
    this.#limitBytes = sizeBytes;
    this.#held = Promise.withResolvers();
    this.#opened = Promise.withResolvers();
    return this.#held.promise;
  }

  /** Lets everything pass, what was held included. */
  open(): void {
    this.#limitBytes = Infinity;
    this.#opened.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await this.#passing;
  }

  async #accept(): Promise<void> {
    const passing: Promise<void>[] = [];
    // Ends when the listener is closed.
    for await (const near of this.#listener) passing.push(this.#pass(near));
    await Promise.all(passing);
  }

  async #pass(near: Deno.Conn): Promise<void> {
    this.#connections.add(near);
    try {
      const far = await Deno.connect({ hostname: HOST, port: this.#target });
      this.#connections.add(far);
      const mayPass = (count: number) => this.#hold(near, count);
      await Promise.all([
        this.#forward(near, far, mayPass),
        this.#forward(far, near, mayPass),
      ]);
    } catch {
      // Nobody is there: the near side learns it by the end.
      close(near);
    }
  }

  async #forward(
    from: Deno.Conn,
    to: Deno.Conn,
    mayPass: (count: number) => Promise<void>,
  ): Promise<void> {
    const chunk = new Uint8Array(64 * 1024);
    try {
      while (true) {
        const count = await from.read(chunk);
        if (count === null) break;
        await mayPass(count);
        for (let at = 0; at < count;) {
          at += await to.write(chunk.subarray(at, count));
        }
      }
    } catch {
      // One side is gone; then the other one is let go of, too.
    } finally {
      close(from);
      close(to);
    }
  }

  async #hold(near: Deno.Conn, count: number): Promise<void> {
    const passedBytes = (this.#passedBytes.get(near) ?? 0) + count;
    this.#passedBytes.set(near, passedBytes);
    if (passedBytes < this.#limitBytes) return;
    this.#held.resolve();
    await this.#opened.promise;
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
