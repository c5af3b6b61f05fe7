/** One request, as callers describe it. */
export interface HttpRequest {
  /** The method, upper case. */
  method: string;
  /** Absolute http or https URL; used as it is. */
  url: string;
  /** Header fields. */
  headers?: Record<string, string>;
  /** The body; text, so that it can be sent again. */
  body?: string;
  /** Ends the request, waits included. */
  signal?: AbortSignal;
  /** Whether it is safe to send again. Default: by the method. */
  repeatable?: boolean;
  /**
   * Requests sent at most for one answer, instead of the policy's number:
   * for a caller who tries again himself. Default: the policy's.
   */
  tries?: number;
}

/** Header fields by lower-case name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** A request on its way: the first one, or one that a redirect asked for. */
export interface Outgoing {
  /** The method, upper case. */
  method: string;
  /** The address, to be sent byte for byte. */
  url: string;
  /** The same address, parsed. */
  target: URL;
  /** Header fields. */
  headers: HeaderFields;
  /** The body, if any. */
  body: string | undefined;
  /** Ends the request. */
  signal: AbortSignal | undefined;
  /** Whether it is safe to send again. */
  repeatable: boolean;
  /** Requests sent at most; undefined for the policy's number. */
  tries: number | undefined;
}

/**
 * The form in which a request is sent. Bodies are asked for as they are
 * stored: a decoded one would no longer have the stated length, nor could a
 * range of it be asked for.
 *
 * @param methods those that are safe to repeat
 */
export function outgoing(
  request: HttpRequest,
  methods: readonly string[],
): Outgoing {
  const { method, url, body, signal, repeatable, tries } = request;
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  for (const name in request.headers) {
    headers[name.toLowerCase()] = request.headers[name] ?? "";
  }
  return {
    method,
    url,
    target: new URL(url),
    headers,
    body,
    signal,
    repeatable: repeatable ?? methods.includes(method),
    tries,
  };
}
