import type { LoadClient } from "./load_client.ts";
import { pick, type StoredBundle, type Work } from "./load_piece.ts";
import { putBundle, putFile, useCollection } from "./load_writes.ts";

/** The kinds of work, each with its share in a hundred. */
export const MIX: readonly [
  share: number,
  work: (work: Work) => Promise<void>,
][] = [
  [25, search],
  [20, getBundle],
  [20, getFile],
  [15, headFile],
  [6, listBundles],
  [6, putFile],
  [4, putBundle],
  [4, useCollection],
];

const QUERIES = [
  { query: { match_all: {} } },
  {
    query: {
      match: { "files.donor_organism_json.genus_species.text": "Homo sapiens" },
    },
  },
  { query: { prefix: { uuid: "a" } } },
  { query: { bool: { must: [{ exists: { field: "files.project_json" } }] } } },
];

/** The sample bundles with their files. */
export async function findBundles(client: LoadClient): Promise<StoredBundle[]> {
  const all = await client.ask({
    name: "first look",
    path: "/v1/bundles/all?replica=aws",
    statuses: [200],
  });
  const bundles = all?.json().bundles as StoredBundle[] | undefined ?? [];
  return await Promise.all(bundles.map(async ({ uuid, version }) => {
    const path = `/v1/bundles/${uuid}?replica=aws&version=${version}`;
    const one = await client.ask({ name: "first look", path, statuses: [200] });
    return one?.json().bundle as StoredBundle;
  }));
}

async function search({ client, bundles, below }: Work): Promise<void> {
  const kind = below(QUERIES.length);
  const question = {
    name: "POST search",
    method: "POST",
    path: "/v1/search?replica=aws&per_page=10",
    body: { es_query: QUERIES[kind] },
    statuses: [200, 206],
  };
  await client.ask(question, (answer) => {
    const { total_hits: hits, results } = answer.json();
    if (!Array.isArray(results)) return "no results";
    return kind === 0 && Number(hits) < bundles.length
      ? `only ${hits} bundles`
      : undefined;
  });
}

async function getBundle(work: Work): Promise<void> {
  const bundle = pick(work, work.bundles);
  const { uuid, version, files } = bundle;
  const path = `/v1/bundles/${uuid}?replica=aws&version=${version}`;
  await work.client.ask(
    { name: "GET bundle", path, statuses: [200] },
    (answer) => {
      const listed = answer.json().bundle as StoredBundle;
      return listed.files.length === files.length &&
          listed.files.every((file, at) => file.sha256 === files[at]?.sha256)
        ? undefined
        : "another list of files";
    },
  );
}

async function getFile(work: Work): Promise<void> {
  const file = pick(work, pick(work, work.bundles).files);
  const path = `/v1/files/${file.uuid}?replica=aws&version=${file.version}`;
  const answer = await work.client.ask(
    { name: "GET file (redirect)", path, statuses: [302] },
  );
  const location = answer?.headers.get("location");
  if (location === undefined || location === null) return;
  await work.client.ask(
    { name: "GET content", path: location, statuses: [200] },
    async ({ bytes }) =>
      await sha256Of(bytes) === file.sha256 ? undefined : "other bytes",
  );
}

async function headFile(work: Work): Promise<void> {
  const file = pick(work, pick(work, work.bundles).files);
  await work.client.ask(
    {
      name: "HEAD file",
      method: "HEAD",
      path: `/v1/files/${file.uuid}?replica=aws&version=${file.version}`,
      statuses: [200],
    },
    ({ headers }) =>
      headers.get("x-dss-sha256") === file.sha256 ? undefined : "other headers",
  );
}

async function listBundles({ client, bundles }: Work): Promise<void> {
  const path = "/v1/bundles/all?replica=aws&per_page=100";
  await client.ask(
    { name: "GET bundles/all", path, statuses: [200, 206] },
    (answer) =>
      Number(answer.json().page_count) < bundles.length
        ? "bundles are missing"
        : undefined,
  );
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(
    new Uint8Array(digest),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}
