/**
 * Files, bundles, search and events of the embedded DSS: one hca serves, and
 * others are its clients over a port.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Sandbox, sha256Of } from "./_program.ts";
import {
  type Answer,
  AT,
  Service,
  storeOf,
  uuidOf,
  VERSION,
} from "./_service.ts";

const DONOR = uuidOf(1, "f");
const READS = uuidOf(2, "f");
const NOTE = uuidOf(3, "f");
const BUNDLE = uuidOf(1);
const DONOR_TEXT = '{"sex": "unknown", "genus": "Lemur"}';
const READS_BYTES = Buffer.from("@r\nACGT\n+\n!!!!\n".repeat(5000));

const BY = ["--creator-uid", "7", "--version", VERSION];

/** A member of a bundle, as a word. */
function member(uuid: string, name: string, indexed: boolean): string {
  return JSON.stringify({ uuid, version: VERSION, name, indexed });
}

/** A host with one content, and what is stated of it. */
function serveContent(
  bytes: Buffer,
  stated: Record<string, string>,
): AsyncDisposable & { url: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () =>
      new Response(Uint8Array.from(bytes), {
        headers: {
          "content-type": "application/gzip",
          "content-length": String(bytes.length),
          ...stated,
        },
      }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/r.fastq.gz?Signature=PLANTED`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("files and bundles are put, searched, patched, told of and deleted over a port", async () => {
  if (Deno.build.os === "windows") return;
  await using sandbox = await Sandbox.create();
  const sources = join(sandbox.directory, "sources");
  await Deno.mkdir(sources);
  await Deno.writeTextFile(join(sources, "donor.json"), DONOR_TEXT);
  await Deno.writeTextFile(join(sandbox.directory, "outside.txt"), "x");
  await using hca = await Service.start(sandbox, ["--source-dir", sources]);

  const putDonor = [
    ...["put-file", "--uuid", DONOR, ...BY, "--source-url"],
    pathToFileURL(join(sources, "donor.json")).href,
  ];
  const anonymous = await hca.run("dss", ...putDonor);
  assert.equal(anonymous.status, 4);
  assert.match(anonymous.err, /hca dss login/);
  await hca.logIn();

  // From file://, once and again, and from where it is not allowed.
  assert.deepEqual(await hca.dss(...putDonor), { version: VERSION });
  assert.deepEqual(await hca.dss(...putDonor), { version: VERSION });
  const outside = await hca.run(
    ...["dss", "put-file", "--uuid", NOTE, ...BY, "--source-url"],
    pathToFileURL(join(sandbox.directory, "outside.txt")).href,
  );
  assert.equal(outside.status, 7, outside.err);
  assert.match(outside.err, /is not below a directory that this service reads/);

  // From http://, with checksums in its headers: wrong ones, then right ones.
  const sha1 = createHash("sha1").update(READS_BYTES).digest("hex");
  const md5 = createHash("md5").update(READS_BYTES).digest("hex");
  const putReads = (url: string) => [
    ...["dss", "put-file", "--uuid", READS, ...BY, "--source-url", url],
  ];
  {
    await using content = serveContent(READS_BYTES, {
      "x-amz-meta-hca-dss-sha1": "0".repeat(40),
      "x-amz-meta-hca-dss-s3_etag": md5,
    });
    const { status, err } = await hca.run(...putReads(content.url));
    assert.equal(status, 7, err);
    assert.match(err, /invalid_checksum.*does not match its 'hca-dss-sha1'/);
    assert.ok(!err.includes("PLANTED"), err);
  }
  {
    await using content = serveContent(READS_BYTES, {
      "x-amz-meta-hca-dss-sha1": sha1,
      "x-amz-meta-hca-dss-s3_etag": md5,
    });
    const { status, out, err } = await hca.run(...putReads(content.url));
    assert.equal(status, 0, err);
    assert.deepEqual(JSON.parse(out), { version: VERSION });
  }
  const head = await hca.dss("head-file", ...AT, "--uuid", READS);
  assert.equal(head["X-DSS-SHA1"], sha1);
  assert.equal(head["X-DSS-CONTENT-TYPE"], "application/gzip");
  assert.equal(head["X-DSS-CREATOR-UID"], "7");

  // The bundle, and what it holds.
  const missing = await hca.run(
    ...["dss", "put-bundle", ...AT, "--uuid", BUNDLE, ...BY, "--files"],
    member(NOTE, "note.txt", false),
  );
  assert.match(missing.err, /file_missing/);
  assert.equal(missing.status, 7);
  const { version } = await hca.dss(
    ...["put-bundle", ...AT, "--uuid", BUNDLE, ...BY, "--files"],
    member(DONOR, "donor_organism_0.json", true),
    member(READS, "reads/r1.fastq.gz", false),
  );
  assert.equal(version, VERSION);
  const { bundle } = await hca.dss("get-bundle", ...AT, "--uuid", BUNDLE);
  assert.equal(bundle.creator_uid, 7);
  assert.deepEqual(
    bundle.files.map(({ name, sha256 }: Answer) => [name, sha256]),
    [
      [
        "donor_organism_0.json",
        createHash("sha256").update(DONOR_TEXT).digest("hex"),
      ],
      [
        "reads/r1.fastq.gz",
        createHash("sha256").update(READS_BYTES).digest("hex"),
      ],
    ],
  );
  const download = await hca.run(
    ...["dss", "download", ...AT, "--bundle-uuid", BUNDLE],
    ...["--download-dir", "got"],
  );
  assert.equal(download.status, 0, download.err);
  for (const { name, sha256 } of bundle.files) {
    const path = join(sandbox.work, "got", `${BUNDLE}.${VERSION}`, name);
    assert.equal(await sha256Of(path), sha256);
  }

  // The other member is put by the patch, and search sees what is new.
  const { version: patched } = await hca.dss(
    ...["patch-bundle", ...AT, "--uuid", BUNDLE, "--version", VERSION],
    ...["--remove-files", member(READS, "reads/r1.fastq.gz", false)],
    ...["--add-files", member(DONOR, "again.json", false)],
  );
  assert.ok(patched > VERSION);
  const query = JSON.stringify({
    query: { match: { "files.donor_organism_json.genus": "lemur" } },
  });
  const search = ["post-search", ...AT, "--es-query", query];
  const { results, total_hits: hits } = await hca.dss(...search);
  assert.equal(hits, 2);
  assert.deepEqual(
    results.map((result: Answer) => result.bundle_fqid).sort(),
    [`${BUNDLE}.${VERSION}`, `${BUNDLE}.${patched}`],
  );

  // The journal of it.
  const { event_streams: streams } = await hca.dss("get-events", ...AT);
  assert.deepEqual(
    streams.flatMap(({ events }: Answer) =>
      events.map((event: Answer) => event.event_id)
    ),
    [`${BUNDLE}.${VERSION}`, `${BUNDLE}.${patched}`],
  );
  const event = ["get-event", ...AT, "--uuid", BUNDLE, "--version", VERSION];
  const { event_type: type, files } = await hca.dss(...event);
  assert.equal(type, "CREATE");
  assert.deepEqual(files.donor_organism_json, [JSON.parse(DONOR_TEXT)]);

  // An administrator deletes it, nobody else.
  const remove = ["delete-bundle", ...AT, "--uuid", BUNDLE, "--reason", "test"];
  await hca.logIn("somebody@example.org");
  const refused = await hca.run("dss", ...remove);
  assert.equal(refused.status, 4, refused.err);
  assert.match(refused.err, /Forbidden/);
  await hca.logIn();
  assert.deepEqual(await hca.dss(...remove), {});
  for (const words of [["get-bundle", ...AT, "--uuid", BUNDLE], event]) {
    const gone = await hca.run("dss", ...words);
    assert.equal(gone.status, 5, gone.err);
    assert.match(gone.err, /not_found/);
  }
  const { total_hits: left } = await hca.dss(...search);
  assert.equal(left, 0);

  const { status, err } = await hca.stop();
  assert.equal(status, 0, err);
  assert.ok(!err.includes("PLANTED"), err);
  const check = await sandbox.run(
    ["local", "check", "--data-dir", storeOf(sandbox)],
  );
  assert.equal(check.status, 0, check.err);
  assert.equal(check.out, "");
});
