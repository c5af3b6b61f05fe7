import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import { valuesOf } from "./_table.ts";

const GET = "hca dss get-bundle --replica aws --uuid " +
  "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const PUT = "hca dss put-bundle --replica aws --version v --uuid " +
  "ffffaf55-f19c-40e3-aa81-a6c69d357265";

const LINES: [line: string, message: string][] = [
  // A value that is missing.
  [
    "hca dss put-subscription --callback-url --replica aws",
    "--callback-url needs a value",
  ],
  [
    "hca dss get-file --uuid --replica",
    "--uuid needs a value",
  ],
  ["hca dss get-file --uuid x --replica", "--replica needs a value"],
  ["hca dss get-file --uuid -x", "--uuid needs a value"],
  ["hca dss get-file --uuid -- x", "--uuid needs a value"],
  [
    "hca dss download --data-filter --replica aws",
    "--data-filter needs a value",
  ],
  [`${GET} --log-level`, "--log-level needs a value"],
  [`${GET} --swagger-url --no-paginate`, "--swagger-url needs a value"],
  // A value that is too much.
  [`${GET} --no-paginate=true`, "--no-paginate takes no value"],
  [`${GET} --help=please`, "--help takes no value"],
  [`${GET} --no-paginate true`, "unexpected argument 'true'"],
  ["hca local import a b", "unexpected argument 'b'"],
  ["hca dss create-version -- x", "unexpected argument 'x'"],
  // Options that are not known.
  [
    `${GET} --replcia aws`,
    "unknown option '--replcia'; did you mean '--replica'?",
  ],
  [`${GET} --xylophone`, "unknown option '--xylophone'"],
  [`${GET} --xylophone=1`, "unknown option '--xylophone'"],
  [`${GET} -x`, "unknown option '-x'"],
  [`${GET} -hx`, "unknown option '-x'"],
  [
    "hca dss create-version --version",
    "unknown option '--version'",
  ],
  // Cut too short.
  [
    `${GET} --p 10`,
    "--p is ambiguous: it could be --presignedurls or --per-page",
  ],
  [
    "hca dss download --no-=1",
    "--no- is ambiguous: it could be --no-metadata or --no-data",
  ],
  // What the whole run is set up by is not to be cut short.
  [
    `${GET} --swagger http://localhost/`,
    "unknown option '--swagger'; did you mean '--swagger-url'?",
  ],
  [
    `${GET} --log DEBUG`,
    "unknown option '--log'; did you mean '--log-level'?",
  ],
  // Required ones.
  ["hca dss get-bundle", "--uuid, --replica must be given"],
  ["hca dss get-bundle --replica aws", "--uuid must be given"],
  [
    "hca dss put-collection --replica aws",
    "--name, --description, --details, --contents, --uuid, --version must be given",
  ],
  ["hca local import", "DIR must be given"],
  // Choices.
  [
    "hca dss get-bundle --replica azure",
    "--replica must be one of aws, gcp, not 'azure'",
  ],
  [
    "hca dss get-bundle --replica AWS",
    "--replica must be one of aws, gcp, not 'AWS'",
  ],
  [
    "hca dss download --replica azure",
    "--replica must be one of aws, gcp, not 'azure'",
  ],
  [
    "hca dss download-manifest --layout flat",
    "--layout must be one of none, bundle, not 'flat'",
  ],
  [
    `${GET} --log-level verbose`,
    "--log-level must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'verbose'",
  ],
  // Whole numbers.
  [`${GET} --per-page ten`, "--per-page takes a whole number, not 'ten'"],
  [`${GET} --per-page 10.5`, "--per-page takes a whole number, not '10.5'"],
  [`${GET} --per-page 1e2`, "--per-page takes a whole number, not '1e2'"],
  [`${GET} --per-page ''`, "--per-page takes a whole number, not ''"],
  [
    `${PUT} --files [] --creator-uid 99999999999999999999`,
    "--creator-uid takes a whole number, not '99999999999999999999'",
  ],
  [`${GET} --per-page 9`, "--per-page must be 10 or more, not '9'"],
  [`${GET} --per-page -20`, "--per-page must be 10 or more, not '-20'"],
  [`${GET} --per-page 501`, "--per-page must be 500 or less, not '501'"],
  ["hca local serve --port 65536", "--port must be 65535 or less, not '65536'"],
  ["hca dss download --jobs 0", "--jobs must be 1 or more, not '0'"],
  // Numbers.
  [
    "hca dss download --min-delay-seconds soon",
    "--min-delay-seconds takes a number, not 'soon'",
  ],
  [
    "hca dss download --min-delay-seconds ''",
    "--min-delay-seconds takes a number, not ''",
  ],
  [
    "hca dss download --min-delay-seconds Infinity",
    "--min-delay-seconds takes a number, not 'Infinity'",
  ],
  [
    "hca dss download --min-delay-seconds -0.5",
    "--min-delay-seconds must be 0 or more, not '-0.5'",
  ],
  // Switches of the service.
  [`${GET} --directurls yes`, "--directurls takes true or false, not 'yes'"],
  // Patterns.
  [
    "hca dss get-bundle --replica aws --uuid not-a-uuid",
    "--uuid must match [A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-" +
    "[A-Za-z0-9]{4}-[A-Za-z0-9]{12}, not 'not-a-uuid'",
  ],
  [
    "hca dss get-bundles-all --replica aws --prefix -",
    "--prefix must match ^[a-zA-Z0-9][a-zA-Z0-9-]*$, not '-'",
  ],
  // What is shown cannot move the cursor.
  [
    "hca dss get-bundle --replica \x1b[2J",
    "--replica must be one of aws, gcp, not '\\u{1b}[2J'",
  ],
];

for (const [line, message] of LINES) {
  Deno.test(line.replace("\x1b", "ESC"), async () => {
    await assert.rejects(valuesOf(line), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, message);
      return true;
    });
  });
}

Deno.test("hca dss post-search --replica aws --es-query {bad", async () => {
  const line = "hca dss post-search --replica aws --es-query {bad";
  await assert.rejects(valuesOf(line), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^--es-query is not valid JSON: /);
    assert.equal(
      error.hint,
      `Quote it for the shell: --es-query '{"key": "value"}', or take it ` +
        "from a file: --es-query @FILE.",
    );
    return true;
  });
});

Deno.test("hca dss put-bundle --files '{}' '{bad'", async () => {
  await assert.rejects(
    valuesOf(`${PUT} --creator-uid 1 --files {} {bad`),
    /^UsageError: --files is not valid JSON: /,
  );
});

Deno.test("hca dss put-subscription --callback-url --replica says how to write a value with a dash", async () => {
  const line = "hca dss put-subscription --callback-url --replica aws";
  await assert.rejects(valuesOf(line), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(
      error.hint,
      "A value that begins with '-' is written --callback-url=VALUE.",
    );
    return true;
  });
});
