/// <reference lib="deno.worker" />
import type { EndsCall } from "./ends.ts";

self.onmessage = async ({ data }: MessageEvent<EndsCall>) => {
  const { module, name, calls } = data;
  const work = (await import(module))[name];
  self.postMessage(calls.map((args) => work(...args)));
};
