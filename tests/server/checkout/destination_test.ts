import assert from "node:assert/strict";
import {
  type Destination,
  planDestination,
} from "../../../src/server/checkout/destination.ts";

const DIRECTORIES = ["/data/lab", "/mnt/results/"];
const S3 = "http://127.0.0.1:9000";
const ours = (path: string): Destination => (
  { kind: "directory", path, isOurs: true }
);

const CASES: [
  destination: string,
  s3Endpoint: string | undefined,
  expected: Destination,
][] = [
  ["", undefined, ours("/store/checkout/gcp")],
  ["", S3, ours("/store/checkout/gcp")],
  ["lab", undefined, { kind: "directory", path: "/data/lab", isOurs: false }],
  ["lab", S3, { kind: "directory", path: "/data/lab", isOurs: false }],
  ["results", S3, {
    kind: "directory",
    path: "/mnt/results/",
    isOurs: false,
  }],
  ["data", undefined, ours("/store/checkout/data")],
  ["other", undefined, ours("/store/checkout/other")],
  ["other", S3, { kind: "bucket", name: "other" }],
  ["..", undefined, { kind: "nowhere" }],
  [".", undefined, { kind: "nowhere" }],
  ["a\\b", undefined, { kind: "nowhere" }],
  ["C:", undefined, { kind: "nowhere" }],
  ["a\nb", undefined, { kind: "nowhere" }],
  ["a/b", undefined, { kind: "nowhere" }],
  ["x".repeat(256), undefined, { kind: "nowhere" }],
];

for (const [destination, s3Endpoint, expected] of CASES) {
  const where = s3Endpoint ?? "no S3 service";
  Deno.test(`planDestination() of ${JSON.stringify(destination).slice(0, 20)} with ${where} is ${expected.kind}`, () => {
    const planned = planDestination(
      { destination, replica: "gcp" },
      { directories: DIRECTORIES, s3Endpoint },
      "/store",
    );
    assert.deepEqual(planned, expected);
  });
}
