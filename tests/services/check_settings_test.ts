import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import type {
  DssClient,
  TransferSettings,
  VerifyOptions,
} from "../../src/services/mod.ts";
import { createDssCase, UUID } from "./_dss_case.ts";

const ASK = { replica: "aws" } as const;

/** Every way to begin a transfer. */
const BEGIN: Record<
  string,
  (client: DssClient, settings: TransferSettings) => Promise<unknown>
> = {
  download: (client, settings) =>
    client.download({ ...ASK, bundleUuid: UUID, ...settings }).finished(),
  downloadManifest: (client, settings) =>
    client.downloadManifest({ ...ASK, manifest: "none.tsv", ...settings })
      .finished(),
  downloadCollection: (client, settings) =>
    client.downloadCollection({ ...ASK, uuid: UUID, ...settings }).finished(),
};

const COUNT = "must be a whole number of 1 or more, not";
const WRONG: [TransferSettings, string][] = [
  [{ jobs: 0 }, `jobs ${COUNT} 0`],
  [{ jobs: NaN }, `jobs ${COUNT} NaN`],
  [{ jobs: 1.5 }, `jobs ${COUNT} 1.5`],
  [{ jobs: Infinity }, `jobs ${COUNT} Infinity`],
  [
    { segments: 0 },
    "segments must be 'auto' or a whole number of 1 or more, not 0",
  ],
  [
    { limitBytesPerSecond: 0 },
    "limitBytesPerSecond must be more than 0, not 0",
  ],
  [
    { limitBytesPerSecond: NaN },
    "limitBytesPerSecond must be more than 0, not NaN",
  ],
  [
    { resume: { retries: NaN, minDelayMs: 1 } },
    "resume.retries must be 0 or more, not NaN",
  ],
  [
    { resume: { retries: 1, minDelayMs: -1 } },
    "resume.minDelayMs must be 0 or more, not -1",
  ],
];

const usageError = (message: string) => (error: unknown): boolean => {
  assert.ok(error instanceof UsageError, String(error));
  assert.equal(error.message, message);
  return true;
};

for (const [method, begin] of Object.entries(BEGIN)) {
  Deno.test(`DssClient.${method} refuses numbers that make no sense, and asks nobody`, async () => {
    await using given = await createDssCase();
    for (const [settings, message] of WRONG) {
      await assert.rejects(
        begin(given.client, settings),
        usageError(message),
      );
    }
    assert.deepEqual(given.requests, []);
    assert.deepEqual(await given.paths(), []);
  });
}

Deno.test("DssClient.verify refuses a number of jobs that makes no sense", async () => {
  await using given = await createDssCase();
  for (const jobs of [0, NaN, -1]) {
    const options: VerifyOptions = { directory: given.here, jobs };
    await assert.rejects(
      async () => await Array.fromAsync(given.client.verify(options)),
      usageError(`jobs ${COUNT} ${jobs}`),
    );
  }
});

Deno.test("DssClient.download takes every number that makes sense", async () => {
  await using given = await createDssCase();
  const totals = await given.client.download({
    ...ASK,
    bundleUuid: UUID,
    jobs: 1,
    segments: "auto",
    limitBytesPerSecond: 1e9,
    resume: { retries: 0, minDelayMs: 0 },
  }).finished();
  assert.equal(totals.failed, 0);
});
