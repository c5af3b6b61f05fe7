/**
 * A thousand random sequences of keys in a session in a real terminal.
 *
 * @module
 */

import { seeded } from "../support/seeded.ts";
import { randomKeys, TO_EMPTY_LINE } from "./_keystrokes.ts";
import { isSkipped, SessionTerminal } from "./_terminal.ts";

const SEQUENCES = 1000;
const PER_ROUND = 25;
const SEED = Number(Deno.env.get("HCA_KEYS_SEED") ?? 20190801);

Deno.test(`a session survives ${SEQUENCES} random sequences of keys`, {
  ignore: isSkipped,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain, sandbox } = session;
  const draw = seeded(SEED);
  // No program can be started there.
  await session.start({ variables: `PATH=${sandbox.directory}/none` });
  await session.run("post-search --es-query {}");
  for (let done = 0; done < SEQUENCES; done += PER_ROUND) {
    await plain.resize(
      5 + Math.floor(draw() * 150),
      2 + Math.floor(draw() * 40),
    );
    let keys: number[] = [];
    for (let count = 1; count <= PER_ROUND; count++) {
      keys.push(...randomKeys(draw));
      // They come one by one, or several at once.
      if (draw() > 0.3 && count < PER_ROUND) continue;
      await plain.paste(new Uint8Array(keys), false);
      keys = [];
    }
    await plain.resize(200, 40);
    await answers(session, done);
  }
  await session.end();
});

/**
 * Checks that the session still does what is asked. Lines that it has yet to
 * run, and what they ask, may take some of the keys: they are sent again.
 */
async function answers(
  { plain }: SessionTerminal,
  done: number,
): Promise<void> {
  const end = performance.now() + 20_000;
  for (let number = 1000 * done + 1;; number++) {
    await plain.paste(`${TO_EMPTY_LINE}\x0cwait ${number}\r`, false);
    const expected = new RegExp(`there is no job '${number}'[^▸]*▸\\s*$`);
    try {
      await plain.shows(expected, "visible", 1000);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}
