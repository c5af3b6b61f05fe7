import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Received, Webhook } from "../server/subscriptions/_webhook.ts";
import { Sandbox } from "./_program.ts";
import {
  type Answer,
  AT,
  changeTasks,
  Service,
  tasksOf,
  until,
  uuidOf,
  VERSION,
} from "./_service.ts";
import { verifySignature } from "./_signed_request.ts";

const BUNDLE = uuidOf(1);
const DONOR = uuidOf(1, "f");
const SECRET = "sown-in-this-test";
const ES_QUERY = {
  query: { match: { "files.donor_organism_json.genus": "lemur" } },
};
const JMESPATH = "event_type=='TOMBSTONE' || " +
  "files.donor_organism_json[0].genus=='Lemur'";

/** Puts a file and a bundle of it, without a client. */
async function putBundle(
  service: Service,
  token: string,
  path: string,
): Promise<void> {
  const put = async (target: string, body: unknown) => {
    const url = `${target}?replica=aws&version=${VERSION}`;
    const answer = await service.fetch(url, { method: "PUT", token, body });
    assert.equal(answer.status, 201, await answer.text());
  };
  await put(`/files/${DONOR}`, {
    source_url: pathToFileURL(path).href,
    creator_uid: 1,
  });
  const file = { uuid: DONOR, version: VERSION, indexed: true };
  await put(`/bundles/${BUNDLE}`, {
    creator_uid: 1,
    files: [{ ...file, name: "donor_organism_0.json" }],
  });
}

/** What a form holds, by a parser that is not ours. */
async function fieldsOf({ bytes, headers }: Received): Promise<Answer> {
  const type = headers.get("content-type") ?? "";
  assert.match(type, /^multipart\/form-data; boundary=/);
  const form = await new Response(bytes, { headers: { "content-type": type } })
    .formData();
  return Object.fromEntries(form);
}

Deno.test("notifications arrive signed, as JSON and as forms, though the first attempt failed and the service was started anew", async () => {
  if (Deno.build.os === "windows") return;
  await using sandbox = await Sandbox.create();
  await using hook = new Webhook();
  hook.answer = () => new Response("not now", { status: 500 });
  const source = join(sandbox.directory, "donor.json");
  await Deno.writeTextFile(source, '{"genus": "Lemur", "ages": [41]}');
  const words = ["--source-dir", sandbox.directory];
  const first = await Service.start(sandbox, words);
  const token = await first.logIn();

  const byEs = await first.dss(
    ...["put-subscription", ...AT, "--callback-url", hook.url],
    ...["--es-query", JSON.stringify(ES_QUERY), "--method", "PUT"],
    ...["--hmac-secret-key", SECRET, "--hmac-key-id", "my key"],
    ...["--attachments", JSON.stringify({ age: attachment("ages[0]") })],
  );
  const byJmesPath = await first.dss(
    ...["put-subscription", ...AT, "--callback-url", hook.url],
    ...["--jmespath-query", JMESPATH, "--hmac-secret-key", SECRET],
    ...["--encoding", "multipart/form-data", "--payload-form-field", "news"],
    ...["--form-fields", '{"lab": "north \\"2\\""}'],
    ...["--attachments", JSON.stringify({ genus: attachment("genus") })],
  );
  assert.deepEqual(Object.keys(byEs), ["uuid"]);
  assert.equal(byJmesPath.hmac_secret_key, SECRET);
  const { subscriptions } = await first.dss("get-subscriptions", ...AT);
  assert.equal(subscriptions[0].uuid, byJmesPath.uuid);
  assert.ok(!JSON.stringify(subscriptions).includes(SECRET));

  // Both fail, and are put off as the schedule of each says.
  await putBundle(first, token, source);
  const startMs = Date.now();
  const waiting = await until(() => {
    const tasks = tasksOf(sandbox).filter(({ runAtMs }) =>
      runAtMs > startMs + 30_000
    );
    return Promise.resolve(tasks.length === 2 ? tasks : undefined);
  }, "the failure of both notifications");
  const minutes = waiting.map(({ runAtMs }) => (runAtMs - startMs) / 60_000);
  minutes.sort((a, b) => a - b);
  assert.deepEqual(minutes.map(Math.round), [1, 15]);
  assert.deepEqual(attempts(hook), ["0", "0"]);
  const { status, err } = await first.stop();
  assert.equal(status, 0, err);
  assert.match(err, /it was answered with 500; next attempt at/);
  assert.ok(!err.includes(SECRET), err);

  // A quarter of an hour later, at another port.
  hook.answer = () => new Response("thanks");
  assert.equal(changeTasks(sandbox, "run_at_ms = 0"), 2);
  await using second = await Service.start(sandbox, words);
  await until(arrived(hook, 4), "the second attempts");
  assert.deepEqual(attempts(hook), ["0", "0", "1", "1"]);
  const [put, post] = hook.received.slice(2)
    .sort((a, b) => a.method < b.method ? 1 : -1);
  assert.ok(put && post);

  assert.deepEqual([put.method, put.target], ["PUT", "/hook?a=b"]);
  assert.equal(put.headers.get("content-type"), "application/json");
  assert.equal(verifySignature(put, SECRET), "my key");
  const { transaction_id: id, ...payload } = JSON.parse(
    new TextDecoder().decode(put.bytes),
  );
  assert.match(id, /^[0-9a-f-]{36}$/);
  const match = { bundle_uuid: BUNDLE, bundle_version: VERSION };
  assert.deepEqual(payload, {
    subscription_id: byEs.uuid,
    es_query: ES_QUERY,
    match,
    attachments: { age: 41 },
  });

  assert.equal(post.method, "POST");
  assert.equal(verifySignature(post, SECRET), `hca-dss:${byJmesPath.uuid}`);
  const { news, ...others } = await fieldsOf(post);
  assert.deepEqual(others, { lab: 'north "2"' });
  const told = JSON.parse(news);
  assert.equal(told.subscription_id, byJmesPath.uuid);
  assert.equal(told.event_type, "CREATE");
  assert.equal(told.jmespath_query, JMESPATH);
  assert.deepEqual(told.match, match);
  assert.deepEqual(told.attachments, { genus: "Lemur" });

  // The deletion of the bundle concerns the other one only.
  const target = `/bundles/${BUNDLE}?replica=aws`;
  const body = { reason: "test" };
  const deleted = await second.fetch(target, { method: "DELETE", token, body });
  assert.equal(deleted.status, 200, await deleted.text());
  await until(arrived(hook, 5), "the notification of the deletion");
  const last = hook.received.at(-1);
  assert.ok(last);
  verifySignature(last, SECRET);
  const tombstone = JSON.parse((await fieldsOf(last)).news);
  assert.equal(tombstone.event_type, "TOMBSTONE");
  assert.equal(tombstone.match.bundle_uuid, BUNDLE);
  assert.ok(!("attachments" in tombstone));

  // The first login was for another port, so it is not sent to this one.
  await second.logIn();
  await second.dss("delete-subscription", ...AT, "--uuid", byJmesPath.uuid);
  const left = await second.dss("get-subscriptions", ...AT);
  assert.deepEqual(left, { subscriptions: [] });
  await until(
    () => Promise.resolve(tasksOf(sandbox).length === 0 || undefined),
    "the end of all tasks",
  );
  assert.equal(hook.received.length, 5);
});

function attachment(member: string): Record<string, string> {
  return {
    type: "jmespath",
    expression: `files.donor_organism_json[0].${member}`,
  };
}

function attempts({ received }: Webhook): (string | null)[] {
  return received.map(({ headers }) => headers.get("x-dss-notify-attempt"));
}

function arrived(
  hook: Webhook,
  count: number,
): () => Promise<true | undefined> {
  return () => Promise.resolve(hook.received.length >= count || undefined);
}
