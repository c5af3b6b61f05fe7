import { isJsonObject, type JsonObject } from "../../base/mod.ts";
import { encodeForm } from "./form_data.ts";
import { signatureHeaders } from "./http_signature.ts";
import { type Subscription, textOf } from "./subscription.ts";

/**
 * The request that delivers a notification, as its subscription wants it:
 * method, encoding and signature. Redirects are not to be followed.
 *
 * @param attempt counted from 0, for the receiver to see
 * @param nowMs what a signature is dated, milliseconds since 1970
 */
export async function buildDelivery(
  { uuid, secretKey, body: wishes }: Subscription,
  notification: JsonObject,
  { attempt, nowMs, signal }: {
    attempt: number;
    nowMs: number;
    signal: AbortSignal;
  },
): Promise<Request> {
  const { contentType, body } = encode(wishes, JSON.stringify(notification));
  const keyId = textOf(wishes, "hmac_key_id") ?? `hca-dss:${uuid}`;
  return new Request(textOf(wishes, "callback_url") ?? "", {
    method: textOf(wishes, "method") ?? "POST",
    headers: {
      "content-type": contentType,
      "x-dss-notify-attempt": String(attempt),
      // An empty key signs nothing.
      ...(secretKey &&
        await signatureHeaders({ body, keyId, secretKey, nowMs })),
    },
    body,
    redirect: "manual",
    signal,
  });
}

function encode(
  wishes: JsonObject,
  payload: string,
): { contentType: string; body: Uint8Array<ArrayBuffer> } {
  if (textOf(wishes, "encoding") !== "multipart/form-data") {
    const body = new TextEncoder().encode(payload);
    return { contentType: "application/json", body };
  }
  const { form_fields: fields = {} } = wishes;
  const payloadField = textOf(wishes, "payload_form_field") ?? "payload";
  const others = isJsonObject(fields) ? Object.entries(fields) : [];
  return encodeForm([
    ...others.map(([name, value]) => [name, String(value)] as const),
    [payloadField, payload],
  ]);
}
