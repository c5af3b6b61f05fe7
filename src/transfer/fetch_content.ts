import {
  IntegrityError,
  NetworkError,
  quote,
  type Runtime,
  ServiceError,
  throwIfAborted,
  toHex,
} from "../base/mod.ts";
import { discard, type HttpClient, redactUrl } from "../http/mod.ts";
import type { ContentStore, StagedContent } from "../store/mod.ts";
import { parseContentRange } from "./content_range.ts";
import type { ContentSource, PlannedContent } from "./transfer_plan.ts";

/** How often a broken transfer is taken up again. */
export interface ResumePolicy {
  /** Tries in a row that bring nothing; each piece received gives one back. */
  retries: number;
  /** The least wait between two tries, milliseconds. */
  minDelayMs: number;
}

/** The defaults of the old client: 10 tries, 0.25 s. */
export const DEFAULT_RESUME: ResumePolicy = { retries: 10, minDelayMs: 250 };

/** What {@linkcode fetchContent} works with. */
export interface FetchTools {
  /** Carries out requests. */
  http: HttpClient;
  /** Where the content goes. */
  store: Pick<ContentStore, "stage">;
  /** Time, digests, messages. */
  runtime: Pick<Runtime, "clock" | "createHash" | "log">;
  /** When to take up again. */
  resume: ResumePolicy;
  /** Called with the number of bytes of each piece received. */
  onReceived: (bytes: number) => void;
  /** Ends the transfer. */
  signal: AbortSignal | undefined;
}

/**
 * Fetches a content into the store. It is visible there only after its size
 * and SHA-256 were compared; a wrong one is fetched once more from the start.
 * When this throws, nothing of it stays.
 *
 * @throws {IntegrityError} when what arrives is not what was stated
 * @throws {NetworkError | ServiceError | AuthError | NotFoundError} from the
 * service
 * @throws {LocalError} when the disk refuses
 * @throws {CancelledError} when aborted
 */
export async function fetchContent(
  content: PlannedContent,
  tools: FetchTools,
): Promise<void> {
  const staged = await tools.store.stage();
  try {
    try {
      await receive(content, staged, tools);
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      if (content.source.kind === "bytes") throw error;
      tools.runtime.log("DEBUG", `${error.message}; fetching it once more`);
      await staged.file.reset();
      await receive(content, staged, tools);
    }
    await staged.publish(content.sha256);
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** One transfer from offset 0, taken up again where it breaks. */
async function receive(
  content: PlannedContent,
  staged: StagedContent,
  tools: FetchTools,
): Promise<void> {
  const { clock, createHash, log } = tools.runtime;
  const { sizeBytes, source } = content;
  const received: Received = {
    bytes: 0,
    hash: createHash("sha256"),
    etag: undefined,
  };
  let { retries, minDelayMs: delayMs } = tools.resume;
  const onPiece = () => {
    retries = Math.min(retries + 1, tools.resume.retries);
    delayMs = Math.max(delayMs / 2, tools.resume.minDelayMs);
  };
  // A file of no bytes is made without asking for it.
  while (received.bytes < sizeBytes) {
    try {
      await receiveOnce(content, staged, tools, received, onPiece);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      // It broke off after the last byte; the hash decides.
      if (received.bytes === sizeBytes) break;
      if (retries <= 0) throw error;
      retries--;
      log(
        "INFO",
        `${quote(content.name)}: ${error.message}; ` +
          `going on at byte ${received.bytes}`,
      );
      await clock.sleep(delayMs, tools.signal);
      throwIfAborted(tools.signal);
      delayMs *= 2;
    }
  }
  const found = toHex(received.hash.digest());
  if (found !== content.sha256) {
    throw new IntegrityError(
      `${quote(content.name)} has the SHA-256 ${found} instead of ` +
        `${content.sha256}${from(source)}`,
      { hint: "What the service sent is not the file; nothing was kept." },
    );
  }
}

interface Received {
  bytes: number;
  hash: ReturnType<Runtime["createHash"]>;
  etag: string | undefined;
}

async function receiveOnce(
  content: PlannedContent,
  staged: StagedContent,
  tools: FetchTools,
  received: Received,
  onPiece: () => void,
): Promise<void> {
  const { sizeBytes, source } = content;
  if (source.kind === "bytes") {
    received.hash.update(source.bytes);
    received.bytes += source.bytes.length;
    return await staged.file.write(source.bytes);
  }
  const response = await ask(content, source, tools, received);
  try {
    await checkStart(content, response, staged, tools, received);
    received.etag = response.headers.get("etag") ?? undefined;
    for await (const piece of response.body ?? []) {
      if (received.bytes + piece.length > sizeBytes) {
        throw wrongSize(content, "more");
      }
      received.hash.update(piece);
      await staged.file.write(piece);
      received.bytes += piece.length;
      tools.onReceived(piece.length);
      onPiece();
    }
  } catch (error) {
    await discard(response);
    throw error;
  }
  if (received.bytes === sizeBytes) return;
  // With a stated length the answer was whole, only of the wrong size; but a
  // part may be less than what was asked for (RFC 9110, section 15.3.7).
  if (response.status === 200 && response.headers.has("content-length")) {
    throw wrongSize(content, "fewer");
  }
  throw new NetworkError(
    `the answer ended after ${received.bytes} of ${sizeBytes} bytes`,
  );
}

async function ask(
  content: PlannedContent,
  source: ContentSource & { kind: "request" },
  { http, signal }: FetchTools,
  received: Received,
): Promise<Response> {
  const headers = { ...source.headers, ...rangeHeaders(received) };
  try {
    return await http.send({ method: "GET", url: source.url, headers, signal });
  } catch (error) {
    // 416: it ends where we stopped, so it is not what we began with.
    const isPastEnd = error instanceof ServiceError &&
      error.answer?.status === 416;
    throw isPastEnd ? wrongSize(content, "fewer") : error;
  }
}

function rangeHeaders({ bytes, etag }: Received): Record<string, string> {
  if (bytes === 0) return {};
  const range = { range: `bytes=${bytes}-` };
  // A weak tag cannot vouch for bytes (RFC 9110, section 13.1.5).
  return etag === undefined || etag.startsWith("W/")
    ? range
    : { ...range, "if-range": etag };
}

/** Makes sure that the answer goes on exactly where we stopped. */
async function checkStart(
  content: PlannedContent,
  response: Response,
  staged: StagedContent,
  tools: FetchTools,
  received: Received,
): Promise<void> {
  const encoding = response.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw new IntegrityError(
      `${quote(content.name)} was sent with the encoding ${quote(encoding)}, ` +
        "which was not asked for",
    );
  }
  if (received.bytes === 0 && response.status === 200) return;
  const range = parseContentRange(response.headers);
  const goesOn = response.status === 206 && range?.start === received.bytes &&
    (range.sizeBytes ?? content.sizeBytes) === content.sizeBytes;
  if (goesOn) return;
  if (response.status !== 200) {
    throw new IntegrityError(
      `${quote(content.name)}: the service sent another part than the one ` +
        `asked for${from(content.source)}`,
    );
  }
  // The whole content instead of the rest: it changed, or ranges are not
  // supported. Start over.
  await staged.file.reset();
  received.hash = tools.runtime.createHash("sha256");
  received.bytes = 0;
}

function wrongSize(content: PlannedContent, which: string): IntegrityError {
  return new IntegrityError(
    `${quote(content.name)} has ${which} than the stated ` +
      `${content.sizeBytes} bytes${from(content.source)}`,
    { hint: "What the service sent is not the file; nothing was kept." },
  );
}

function from(source: ContentSource): string {
  return source.kind === "request" ? ` (from ${redactUrl(source.url)})` : "";
}
