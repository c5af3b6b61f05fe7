import { jsonAnswer } from "../answers.ts";
import { contentAnswer } from "../content_answer.ts";
import type { DssContext } from "../context.ts";
import { EventStore } from "../events/mod.ts";

/**
 * GET and HEAD of a signed journal address (`stream_url` of GET /events); see
 * {@linkcode contentAnswer}. 403 when the signature is wrong or has expired.
 */
export async function getJournal(
  { database, signedUrls }: DssContext,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url);
  if (!await signedUrls.verify(url)) {
    return jsonAnswer({ message: "Request has expired or is not signed" }, 403);
  }
  const id = url.pathname.replace(/^\/journals\//, "");
  const text = new EventStore(database).journalText(id);
  if (text === undefined) {
    return jsonAnswer({ message: "There is no such journal" }, 404);
  }
  const bytes = new TextEncoder().encode(text);
  return contentAnswer(request, {
    sizeBytes: bytes.length,
    etag: id,
    bytes: ({ start, end }) => bytes.slice(start, end),
  });
}
