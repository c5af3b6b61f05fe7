import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { HttpClient, Pacer, type Turn } from "../../src/http/mod.ts";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { seeded } from "../support/seeded.ts";
import {
  fixedWindow,
  inParallel,
  JumpingClock,
  limitedFetch,
  type Limiter,
  slidingWindow,
  tokenBucket,
} from "./_limiter.ts";

const JOBS = 16;
const AZUL = { most: 10, windowMs: 300_000 };

interface Ran {
  passed: number;
  refused: number;
  seconds: number;
}

async function ran(
  limiter: Limiter,
  files: number,
  options: Partial<Parameters<typeof limitedFetch>[2]> = {},
): Promise<Ran> {
  const clock = new JumpingClock();
  const random = seeded(7);
  const { fetch, count } = limitedFetch(clock, limiter, {
    retryAfter: 30,
    latencyMs: () => 40 + 80 * random(),
    ...options,
  });
  const http = new HttpClient({ fetch, clock, random, log: () => {} });
  await clock.run(inParallel(JOBS, files, async () => {
    const url = "https://dss.test/v1/files/x";
    const response = await http.send({ method: "GET", url });
    assert.equal(await response.text(), "ok");
  }));
  return { ...count, seconds: clock.elapsed() / 1000 };
}

/** The limiter as one finds it when it has run for a while. */
function from(startMs: number, limiter: Limiter): Limiter {
  return (nowMs) => limiter(startMs + nowMs);
}

const LIMITERS: Record<string, () => Limiter> = {
  "a token bucket": () => tokenBucket(AZUL),
  "a fixed window": () => fixedWindow(AZUL),
  "a fixed window that ends soon": () => from(280_000, fixedWindow(AZUL)),
  "a fixed window that ends in a minute": () =>
    from(240_000, fixedWindow(AZUL)),
  "a sliding window": () => slidingWindow(AZUL),
  "a sliding window that counts what it refuses": () =>
    slidingWindow({ ...AZUL, countsRefused: true }),
};

// The limiter of azul, 10 requests in 5 minutes, which asks to wait 30 s.
for (const [name, limiter] of Object.entries(LIMITERS)) {
  for (const files of [100, 300]) {
    Deno.test(`HttpClient is refused less than one in twenty times for ${files} files behind ${name}`, async () => {
      const { passed, refused, seconds } = await ran(limiter(), files);
      assert.equal(passed, files);
      assert.ok(refused / (passed + refused) < 0.05, `${refused} refused`);
      const optimum = (files - AZUL.most) * 30;
      assert.ok(seconds < 1.3 * optimum, `${seconds} s, best ${optimum} s`);
    });
  }
}

Deno.test("HttpClient uses most of what a generous limit allows", async () => {
  const limit = { most: 100, windowMs: 1000 };
  const { refused, seconds } = await ran(tokenBucket(limit), 2000, {
    retryAfter: 1,
  });
  assert.ok(refused < 100, `${refused} refused`);
  assert.ok(seconds < 1.3 * 19, `${seconds} s`);
});

Deno.test("HttpClient is back at full speed soon after a service was overloaded", async () => {
  const down: Limiter = (nowMs) => nowMs < 2000 || nowMs > 62_000;
  const { refused, seconds } = await ran(down, 2000, {
    retryAfter: 10,
    status: 503,
  });
  assert.ok(refused < 50, `${refused} refused`);
  // 16 at once at 80 ms take 10 s without the minute.
  assert.ok(seconds < 1.1 * 70, `${seconds} s`);
});

Deno.test("HttpClient never slows down for a host that never refuses", async () => {
  const { seconds } = await ran(() => true, 2000);
  // The slow start costs a second at most.
  assert.ok(seconds < 11, `${seconds} s`);
});

Deno.test("HttpClient learns the pace of a real server", async () => {
  // Time runs 400 times as fast for both.
  const speed = 400;
  const startMs = performance.now();
  const elapsed = () => (performance.now() - startMs) * speed;
  const limiter = tokenBucket(AZUL);
  const count = { passed: 0, refused: 0 };
  await using server = Deno.serve({ port: 0, onListen() {} }, () => {
    const passes = limiter(elapsed());
    count[passes ? "passed" : "refused"]++;
    return passes
      ? new Response("ok")
      : new Response(null, { status: 429, headers: { "retry-after": "30" } });
  });
  const clock = {
    now: () => elapsed(),
    elapsed,
    async sleep(delayMs: number, signal?: AbortSignal) {
      const done = Promise.withResolvers<void>();
      const timer = setTimeout(done.resolve, delayMs / speed);
      signal?.addEventListener("abort", () => done.resolve(), { once: true });
      await done.promise;
      clearTimeout(timer);
    },
  };
  using fetch = createDenoFetch();
  const http = new HttpClient({
    fetch,
    clock,
    random: () => 0.5,
    log: () => {},
  }, {
    // A stalled machine is not a stalled service.
    timeouts: { connectMs: 1e7, firstByteMs: 1e7, idleMs: 1e7 },
  });
  await inParallel(JOBS, 30, async () => {
    const url = `http://127.0.0.1:${server.addr.port}/x`;
    await (await http.send({ method: "GET", url })).text();
  });
  assert.equal(count.passed, 30);
  // Blind waiting as asked would be refused some hundred times.
  assert.ok(count.refused <= 10, `${count.refused} refused`);
});

function pacerCase() {
  const clock = new FakeClock();
  const told: string[] = [];
  const pacer = new Pacer({
    clock,
    log: (level, message) => told.push(`${level} ${message}`),
    onThrottled: (host) => told.push(host),
  });
  return { clock, pacer, told };
}

/** Enters without waiting, and says how many were let through. */
function enterMany(pacer: Pacer, host: string, count: number): Turn[] {
  const turns: Turn[] = [];
  for (let index = 0; index < count; index++) {
    void Promise.resolve(pacer.enter(host, undefined)).then((turn) =>
      turns.push(turn)
    );
  }
  return turns;
}

Deno.test("Pacer lets two requests go before a host has answered, and more with its answers", async () => {
  const { pacer } = pacerCase();
  const turns = enterMany(pacer, "a.test", 300);
  await settle();
  const atOnce: number[] = [];
  for (let answers = 0; turns.length < 300; answers++) {
    atOnce.push(turns.length - answers);
    turns[answers]?.passed();
    await Promise.resolve();
    await Promise.resolve();
  }
  assert.deepEqual(atOnce.slice(0, 12), Array(12).fill(2));
  assert.ok(Math.max(...atOnce) > 50, `${Math.max(...atOnce)} at once`);
});

Deno.test("Pacer lets a request go when another got no answer", async () => {
  const { pacer } = pacerCase();
  const turns = enterMany(pacer, "a.test", 3);
  await settle();
  assert.equal(turns.length, 2);
  turns[0]?.failed();
  await settle();
  assert.equal(turns.length, 3);
});

Deno.test("Pacer holds back one host and no other", async () => {
  const { clock, pacer } = pacerCase();
  const first = await pacer.enter("a.test", undefined);
  first.refused({ status: 429, waitMs: 5000, isAsked: true });
  const here = enterMany(pacer, "a.test", 5);
  const there = enterMany(pacer, "b.test", 1);
  await clock.advance(4999);
  assert.deepEqual([here.length, there.length], [0, 1]);
  await clock.advance(1);
  assert.equal(here.length, 1, "one to see how it stands");
});

Deno.test("Pacer says once that a host refuses, how, and for how long", async () => {
  const { clock, pacer, told } = pacerCase();
  const turns = enterMany(pacer, "a.test", 2);
  await settle();
  const refusal = { status: 429, waitMs: 5000, isAsked: true };
  for (const turn of turns) turn.refused(refusal);
  const refused =
    "INFO a.test refuses more requests for now (HTTP 429); none " +
    "is sent for 5 s";
  assert.deepEqual(told, [refused, "a.test", "a.test"]);
  await clock.advance(5000);
  (await pacer.enter("a.test", undefined)).refused({ ...refusal, status: 503 });
  // Refused again after the pause: the next one is longer.
  assert.equal(told[3], refused.replace("429", "503").replace("5 s", "15 s"));
});

Deno.test("Pacer takes refusals of requests under way for the same one", async () => {
  const { clock, pacer } = pacerCase();
  const turns = enterMany(pacer, "a.test", 2);
  await clock.advance(100);
  const refusal = { status: 429, waitMs: 5000, isAsked: true };
  for (const turn of turns) turn.refused(refusal);
  const next = enterMany(pacer, "a.test", 1);
  await clock.advance(5000);
  assert.equal(next.length, 1);
});

Deno.test("Pacer ends a wait that is aborted, and its timer", async () => {
  const { clock, pacer } = pacerCase();
  const first = await pacer.enter("a.test", undefined);
  first.refused({ status: 503, waitMs: 5000, isAsked: true });
  const abort = new AbortController();
  const waiting = Promise.resolve(pacer.enter("a.test", abort.signal));
  await settle();
  assert.equal(clock.pending, 1);
  abort.abort();
  await assert.rejects(waiting, CancelledError);
  assert.equal(clock.pending, 0);
});

Deno.test("Pacer turns away all who wait when a host closes for days", async () => {
  const { clock, pacer } = pacerCase();
  const turns = enterMany(pacer, "a.test", 2);
  await settle();
  const waiting = Promise.resolve(pacer.enter("a.test", undefined));
  turns[0]?.closed(3 * 86_400_000);
  await assert.rejects(waiting, {
    name: "ServiceError",
    message: "a.test asks to wait 3 days before anything more is sent",
  });
  assert.throws(() => pacer.enter("a.test", undefined), /asks to wait/);
  await clock.advance(3 * 86_400_000);
  await pacer.enter("a.test", undefined);
});
