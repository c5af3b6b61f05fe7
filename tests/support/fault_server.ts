/**
 * An HTTP/1.1 server over raw TCP that misbehaves on demand: what a web
 * framework would never send (short bodies, silence, broken framing) and what
 * it would never show (the request target byte for byte).
 *
 * @module
 */

import {
  headOf,
  type Wire,
  type WireRequest,
  WireServer,
} from "./wire_server.ts";

export type { Wire, WireRequest };

/** What a path does; the connection is closed afterwards. */
export type Route = (request: WireRequest, wire: Wire) => Promise<void>;

/** A server on a free port of the loopback interface. */
export class FaultServer extends WireServer {
  /** Every request, in order of arrival. */
  readonly requests: WireRequest[] = [];
  readonly #routes: Map<string, Route[]>;

  /** Plays the routes of each path in order; the last one stays. */
  constructor(routes: Record<string, Route | Route[]>) {
    super();
    this.#routes = new Map(
      Object.entries(routes).map(([path, value]) => [path, [value].flat()]),
    );
  }

  protected override async answer(
    request: WireRequest,
    wire: Wire,
  ): Promise<void> {
    this.requests.push(request);
    await this.#routeOf(request)(request, wire);
  }

  #routeOf({ target }: WireRequest): Route {
    const routes = this.#routes.get(target.split("?", 1)[0] ?? "") ?? [];
    const route = routes.length > 1 ? routes.shift() : routes[0];
    return route ?? answers({ status: 404 });
  }
}

/** An answer with a body and the right length, or another one. */
export function answers(
  { status = 200, headers = {}, body = "", lengthBytes }: {
    status?: number;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    /** The length to announce; default: the true one. */
    lengthBytes?: number;
  } = {},
): Route {
  const bytes = typeof body === "string"
    ? new TextEncoder().encode(body)
    : body;
  return async (request, wire) => {
    await wire.send(
      headOf(status, {
        "content-length": String(lengthBytes ?? bytes.length),
        ...headers,
      }),
    );
    if (request.method !== "HEAD") await wire.send(bytes);
  };
}

/** A redirect. */
export function redirects(
  status: number,
  location: string,
  headers: Record<string, string> = {},
): Route {
  return answers({ status, headers: { location, ...headers } });
}

/** A chunked answer that ends without its last chunk. */
export function cutsChunks(...chunks: string[]): Route {
  return async (_request, wire) => {
    await wire.send(headOf(200, { "transfer-encoding": "chunked" }));
    for (const chunk of chunks) {
      await wire.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
  };
}

/** Takes the request and says nothing until the client gives up. */
export function saysNothing(onGone: () => void = () => {}): Route {
  return async (_request, wire) => {
    await wire.closedByPeer();
    onGone();
  };
}

/** Sends the start of a body and then nothing until the client gives up. */
export function stallsAfter(
  body: string,
  { lengthBytes, onGone = () => {} }: {
    lengthBytes: number;
    onGone?: () => void;
  },
): Route {
  return async (_request, wire) => {
    await wire.send(headOf(200, { "content-length": String(lengthBytes) }));
    await wire.send(body);
    await wire.closedByPeer();
    onGone();
  };
}

/** Exactly these bytes. */
export function sendsRaw(text: string): Route {
  return (_request, wire) => wire.send(text);
}

/** Closes the connection without a word. */
export const hangsUp: Route = () => Promise.resolve();
