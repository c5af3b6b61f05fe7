import assert from "node:assert/strict";
import { type FileSystem, LocalError } from "../../src/base/mod.ts";
import { HttpClient } from "../../src/http/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { DocumentCache } from "../../src/swagger/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import {
  neverAnswers,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";

const URL_1 = "https://dss.data.humancellatlas.org/v1/swagger.json";
const NAME_1 =
  "aHR0cHM6Ly9kc3MuZGF0YS5odW1hbmNlbGxhdGxhcy5vcmcvdjEvc3dhZ2dlci5qc29u.json";
const AUTH_URL = "https://auth.data.humancellatlas.org/swagger.json";
const AUTH_NAME =
  "aHR0cHM6Ly9hdXRoLmRhdGEuaHVtYW5jZWxsYXRsYXMub3JnL3N3YWdnZXIuanNvbg==.json";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TEXT = '{ "swagger": "2.0",  "paths": {"/é": {}} }\n';
const OTHER = '{"openapi":"3.0.0","paths":{}}';

function answers(text: string, status = 200): ScriptedAnswer {
  return {
    request: `GET ${URL_1}`,
    answer: () => new Response(text, { status }),
  };
}

const offline: ScriptedAnswer = {
  request: `GET ${URL_1}`,
  answer: new TypeError("dns error"),
};

interface Case {
  cache: DocumentCache;
  directory: string;
  path: string;
  messages: ReturnType<typeof createMemoryLog>["messages"];
  /** Loads through a script, which must be used up. */
  load(...script: ScriptedAnswer[]): Promise<boolean>;
  http(...script: ScriptedAnswer[]): { client: HttpClient; done(): void };
  /** Gives the kept copy an age. */
  age(byMs: number): Promise<void>;
}

async function withCache(
  work: (given: Case) => Promise<void>,
  files: FileSystem = denoFiles,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const directory = `${root}/config/hca`;
  const path = `${directory}/${NAME_1}`;
  const clock = new FakeClock({ startMs: Date.UTC(2021, 5, 1) });
  const { log, messages } = createMemoryLog();
  const cache = new DocumentCache(directory, {
    files,
    clock,
    log,
    random: () => 0.5,
  });
  const http = (...lines: ScriptedAnswer[]) => {
    const { fetch, done } = scriptedFetch(lines);
    const pauses = new FakeClock({ skips: (delayMs) => delayMs < 20_000 });
    const client = new HttpClient({
      fetch,
      clock: pauses,
      random: () => 0,
      log: () => {},
    });
    return { client, done };
  };
  try {
    await work({
      cache,
      directory,
      path,
      messages,
      http,
      async load(...lines) {
        const { client, done } = http(...lines);
        const document = await cache.load(URL_1, client);
        done();
        return document.isOpenApi3;
      },
      async age(byMs) {
        const time = new Date(clock.now() - byMs);
        await Deno.utime(path, time, time);
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name);
}

Deno.test("DocumentCache.pathOf names files as the old client did", () =>
  withCache(({ cache, directory }) => {
    assert.equal(cache.pathOf(URL_1), `${directory}/${NAME_1}`);
    assert.equal(cache.pathOf(AUTH_URL), `${directory}/${AUTH_NAME}`);
    // base64.urlsafe_b64encode("https://h/?~~?é".encode())
    assert.equal(
      cache.pathOf("https://h/?~~?é"),
      `${directory}/aHR0cHM6Ly9oLz9-fj_DqQ==.json`,
    );
    return Promise.resolve();
  }));

Deno.test("DocumentCache.load fetches once and keeps the text as it came", () =>
  withCache(async ({ load, age, path, directory, messages }) => {
    assert.equal(await load(answers(TEXT)), false);
    assert.equal(await Deno.readTextFile(path), TEXT);
    assert.deepEqual(names(directory), [NAME_1]);
    await age(0);
    assert.equal(await load(), false);
    assert.deepEqual(messages(), []);
  }));

Deno.test({
  name: "DocumentCache.load keeps documents from other users",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withCache(async ({ load, path, directory }) => {
      const umask = Deno.umask(0);
      try {
        await load(answers(TEXT));
      } finally {
        Deno.umask(umask);
      }
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      assert.equal((Deno.statSync(directory).mode ?? 0) & 0o777, 0o700);
    }),
});

for (
  const [ageMs, fresh] of [
    [-DAY_MS, true],
    [6 * DAY_MS, true],
    [7 * DAY_MS - 1000, true],
    [7 * DAY_MS, false],
    [8 * DAY_MS, false],
  ] as const
) {
  Deno.test(`DocumentCache.load ${fresh ? "keeps" : "replaces"} a copy of ${ageMs / HOUR_MS} hours`, () =>
    withCache(async ({ load, age, path }) => {
      await load(answers(TEXT));
      await age(ageMs);
      if (fresh) {
        assert.equal(await load(), false);
      } else {
        assert.equal(await load(answers(OTHER)), true);
        assert.equal(await Deno.readTextFile(path), OTHER);
      }
    }));
}

for (
  const damaged of ["", "{", TEXT.slice(0, -5), "{}", '{"swagger":"2.0"}', "\0"]
) {
  Deno.test(`DocumentCache.load fetches anew when the copy is ${JSON.stringify(damaged)}`, () =>
    withCache(async ({ load, age, path }) => {
      await load(answers(TEXT));
      await Deno.writeTextFile(path, damaged);
      await age(0);
      assert.equal(await load(answers(OTHER)), true);
      assert.equal(await Deno.readTextFile(path), OTHER);
    }));
}

Deno.test("DocumentCache.load uses an old copy with a warning when offline", () =>
  withCache(async ({ load, age, path, messages }) => {
    await load(answers(TEXT));
    await age(30 * DAY_MS + HOUR_MS);
    assert.equal(await load(offline, offline, offline), false);
    assert.deepEqual(messages(), [
      "using the API document of 30 days ago: no answer from " +
      "dss.data.humancellatlas.org: dns error (tried 3 times)",
    ]);
    assert.deepEqual(messages("WARNING").length, 1);
    assert.equal(await Deno.readTextFile(path), TEXT);
  }));

for (
  const [what, script] of [
    ["404", [answers("{}", 404)]],
    ["a login page", [answers("<html>")]],
    ["another document", [answers('{"a":1}')]],
  ] as const
) {
  Deno.test(`DocumentCache.load keeps an old copy when ${what} comes instead`, () =>
    withCache(async ({ load, age, path, messages }) => {
      await load(answers(TEXT));
      await age(8 * DAY_MS);
      assert.equal(await load(...script), false);
      assert.match(
        messages("WARNING")[0] ?? "",
        /^using the API document of 8 days ago: /,
      );
      assert.equal(await Deno.readTextFile(path), TEXT);
    }));
}

Deno.test("DocumentCache.load fails when there is neither an answer nor a copy", () =>
  withCache(async ({ load, directory }) => {
    await assert.rejects(load(offline, offline, offline), {
      name: "NetworkError",
      message: /dns error/,
    });
    await assert.rejects(load(answers("<html>")), { name: "RefusedError" });
    await assert.rejects(load(answers('{"code":"x"}', 404)), {
      name: "NotFoundError",
    });
    await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
  }));

Deno.test("DocumentCache.load is cancelled, whatever copy there is", () =>
  withCache(async ({ load, age, cache, http, messages }) => {
    await load(answers(TEXT));
    await age(8 * DAY_MS);
    const abort = new AbortController();
    const { client, done } = http({
      request: `GET ${URL_1}`,
      answer: neverAnswers,
    });
    const loading = cache.load(URL_1, client, abort.signal);
    const cancelled = assert.rejects(loading, { name: "CancelledError" });
    await settle();
    abort.abort();
    await cancelled;
    done();
    assert.deepEqual(messages(), []);
  }));

Deno.test("DocumentCache.refresh fetches even when the copy is fresh", () =>
  withCache(async ({ load, cache, http, path }) => {
    await load(answers(TEXT));
    const { client, done } = http(answers(OTHER));
    const document = await cache.refresh(URL_1, client);
    done();
    assert.equal(document.isOpenApi3, true);
    assert.equal(await Deno.readTextFile(path), OTHER);
  }));

Deno.test("DocumentCache.refresh does not touch the copy when it fails", () =>
  withCache(async ({ load, cache, http, path }) => {
    await load(answers(TEXT));
    const { client } = http(answers("<html>"));
    await assert.rejects(cache.refresh(URL_1, client), {
      name: "RefusedError",
    });
    assert.equal(await Deno.readTextFile(path), TEXT);
  }));

Deno.test("DocumentCache.forget removes one copy, and none is fine", () =>
  withCache(async ({ load, cache, directory }) => {
    await cache.forget(URL_1);
    await load(answers(TEXT));
    await Deno.writeTextFile(`${directory}/other.json`, "{}");
    await cache.forget(URL_1);
    assert.deepEqual(names(directory), ["other.json"]);
    await cache.forget(URL_1);
  }));

const noSpace = () =>
  Promise.reject(new LocalError("disk full", { reason: "no_space" }));

Deno.test("DocumentCache.load works when the document cannot be kept", () =>
  withCache(async ({ load, messages, directory }) => {
    assert.equal(await load(answers(TEXT)), false);
    assert.deepEqual(messages("DEBUG"), [
      "the API document was not kept: disk full",
    ]);
    assert.deepEqual(names(directory), []);
  }, { ...denoFiles, rename: noSpace }));

Deno.test("DocumentCache.load replaces the copy only when the new one is whole", () => {
  let broken = false;
  const files: FileSystem = {
    ...denoFiles,
    async create(path, options) {
      const file = await denoFiles.create(path, options);
      return broken ? { ...file, sync: noSpace } : file;
    },
  };
  return withCache(async ({ load, age, path, directory }) => {
    await load(answers(TEXT));
    await age(8 * DAY_MS);
    broken = true;
    assert.equal(await load(answers(OTHER)), true);
    assert.equal(await Deno.readTextFile(path), TEXT);
    assert.deepEqual(names(directory), [NAME_1]);
  }, files);
});

Deno.test({
  name: "DocumentCache.load replaces a planted link, not what it leads to",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withCache(async ({ load, path, directory }) => {
      await Deno.mkdir(directory, { recursive: true });
      const victim = `${directory}/victim`;
      await Deno.writeTextFile(victim, "precious");
      await Deno.symlink(victim, path);
      assert.equal(await load(answers(TEXT)), false);
      assert.equal(await Deno.readTextFile(victim), "precious");
      assert.equal((await Deno.lstat(path)).isSymlink, false);
    }),
});

Deno.test("DocumentCache.load takes a directory in its place for no copy", () =>
  withCache(async ({ load, path, messages }) => {
    await Deno.mkdir(path, { recursive: true });
    assert.equal(await load(answers(TEXT)), false);
    assert.match(
      messages("DEBUG")[0] ?? "",
      /^the API document was not kept: /,
    );
  }));
