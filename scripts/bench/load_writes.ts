import { pick, type StoredBundle, type Work } from "./load_piece.ts";
import type { Source } from "./load_server.ts";

/** Puts a file. */
export async function putFile(work: Work): Promise<void> {
  await addFile(work);
}

async function addFile(
  work: Work,
): Promise<{ uuid: string; version: string; source: Source } | undefined> {
  const uuid = crypto.randomUUID();
  const version = now();
  const source = pick(work, work.client.server.sources);
  const answer = await work.client.ask({
    name: "PUT file",
    method: "PUT",
    path: `/v1/files/${uuid}?version=${version}`,
    body: { source_url: source.url, creator_uid: 1 },
    statuses: [201],
  });
  return answer && { uuid, version, source };
}

/** Puts a bundle of two new files and reads it back. */
export async function putBundle(work: Work): Promise<void> {
  const files = [await addFile(work), await addFile(work)];
  const entries = files.flatMap((file, index) =>
    file === undefined ? [] : [{
      uuid: file.uuid,
      version: file.version,
      name: `load_${index}.json`,
      indexed: true,
    }]
  );
  const uuid = crypto.randomUUID();
  const query = `replica=aws&version=${now()}`;
  const put = await work.client.ask({
    name: "PUT bundle",
    method: "PUT",
    path: `/v1/bundles/${uuid}?${query}`,
    body: { creator_uid: 1, files: entries },
    statuses: [201],
  });
  if (put === undefined) return;
  await work.client.ask({
    name: "GET bundle",
    path: `/v1/bundles/${uuid}?${query}`,
    statuses: [200],
  }, (answer) => {
    const { files: listed } = answer.json().bundle as StoredBundle;
    const sizes = listed.map(({ size }) => size).join();
    const wanted = files.map((file) => file?.source.content.length).join();
    return sizes === wanted ? undefined : `sizes ${sizes}, not ${wanted}`;
  });
}

/** Makes a collection, reads it and the list, and deletes it. */
export async function useCollection(work: Work): Promise<void> {
  const { client } = work;
  const { uuid, version } = pick(work, work.bundles);
  const own = crypto.randomUUID();
  const made = await client.ask({
    name: "PUT collection",
    method: "PUT",
    path: `/v1/collections?replica=aws&uuid=${own}&version=${now()}`,
    body: {
      name: "load",
      description: "made under load",
      details: {},
      contents: [{ type: "bundle", uuid, version }],
    },
    statuses: [201],
  });
  if (made === undefined) return;
  const path = `/v1/collections/${own}?replica=aws`;
  await client.ask(
    { name: "GET collection", path, statuses: [200] },
    (answer) =>
      JSON.stringify(answer.json().contents).includes(uuid)
        ? undefined
        : "other contents",
  );
  await client.ask({
    name: "GET collections",
    path: "/v1/collections?per_page=10",
    statuses: [200, 206],
  });
  const method = "DELETE";
  await client.ask({
    name: "DELETE collection",
    method,
    path,
    statuses: [200],
  });
}

function now(): string {
  const at = performance.timeOrigin + performance.now();
  const micros = String(Math.floor((at * 1000) % 1000)).padStart(3, "0");
  return new Date(at).toISOString().replaceAll(":", "").replace(
    "Z",
    `${micros}Z`,
  );
}
