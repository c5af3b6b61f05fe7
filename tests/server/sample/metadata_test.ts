import assert from "node:assert/strict";
import {
  type SampleBundle,
  sampleBundles,
} from "../../../src/server/sample/mod.ts";

interface Metadata {
  describedBy: string;
  schema_type: string;
  file_core?: { file_name: string; file_format: string };
  read_length?: number;
  contributors?: { contact_name: string }[];
  provenance: {
    document_id: string;
    submission_date: string;
    update_date: string;
  };
}

interface Links {
  describedBy: string;
  schema_type: string;
  links: {
    process: string;
    inputs: string[];
    input_type: string;
    outputs: string[];
    output_type: string;
    protocols: { protocol_type: string; protocol_id: string }[];
  }[];
}

const BUNDLES = sampleBundles({ readsPerFile: 3 });

async function readJson(bundle: SampleBundle, name: string): Promise<unknown> {
  const file = bundle.files.find((item) => item.name === name);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return JSON.parse(decoder.decode(await file?.bytes()));
}

async function readMetadata(
  bundle: SampleBundle,
): Promise<Map<string, Metadata>> {
  const all = new Map<string, Metadata>();
  for (const { name, indexed } of bundle.files) {
    if (!indexed || name === "links.json") continue;
    all.set(name, await readJson(bundle, name) as Metadata);
  }
  return all;
}

Deno.test("metadata says by which schema it is described", async () => {
  for (const bundle of BUNDLES) {
    for (const [name, metadata] of await readMetadata(bundle)) {
      const entity = name.replace(/_\d+\.json$/, "");
      const schema = new RegExp(
        `^https://schema\\.humancellatlas\\.org/type/${metadata.schema_type}/` +
          `(\\w+/)?\\d+\\.\\d+\\.\\d+/${entity}$`,
      );
      assert.match(metadata.describedBy, schema);
      const file = bundle.files.find((item) => item.name === name);
      assert.equal(
        file?.contentType,
        `application/json; dcp-type="metadata/${metadata.schema_type}"`,
      );
    }
  }
});

Deno.test("metadata carries the uuid and the version of its file", async () => {
  for (const bundle of BUNDLES) {
    for (const [name, { provenance }] of await readMetadata(bundle)) {
      const file = bundle.files.find((item) => item.name === name);
      assert.equal(provenance.document_id, file?.uuid);
      const version = provenance.update_date.replaceAll(":", "")
        .replace("Z", "000Z");
      assert.equal(file?.version, version);
      assert.ok(provenance.submission_date <= provenance.update_date);
    }
  }
});

Deno.test("metadata of files names every data file but the empty one", async () => {
  for (const bundle of BUNDLES) {
    const described = [...(await readMetadata(bundle)).values()]
      .flatMap(({ file_core }) => file_core === undefined ? [] : [file_core]);
    for (const { file_name, file_format } of described) {
      assert.ok(file_name.endsWith(`.${file_format}`), file_name);
    }
    assert.deepEqual(
      described.map(({ file_name }) => file_name).sort(),
      bundle.files.filter((file) => !file.indexed)
        .map((file) => file.name)
        .filter((name) => name !== "sequencing_run.done").sort(),
    );
  }
});

Deno.test("metadata of sequence files states the length of the reads", async () => {
  for (const bundle of BUNDLES) {
    for (const metadata of (await readMetadata(bundle)).values()) {
      if (metadata.read_length === undefined) continue;
      const file = bundle.files.find(({ name }) =>
        name === metadata.file_core?.file_name
      );
      assert.ok(file !== undefined);
      const stream = new Blob([await file.bytes()]).stream()
        .pipeThrough(new DecompressionStream("gzip"));
      const [, bases] = (await new Response(stream).text()).split("\n");
      assert.equal(bases?.length, metadata.read_length);
    }
  }
});

Deno.test("links.json joins documents of its bundle, of the kind it says", async () => {
  for (const bundle of BUNDLES) {
    const byId = new Map<string, Metadata & { name: string }>();
    for (const [name, metadata] of await readMetadata(bundle)) {
      byId.set(metadata.provenance.document_id, { name, ...metadata });
    }
    const links = await readJson(bundle, "links.json") as Links;
    assert.match(links.describedBy, /\/system\/1\.1\.5\/links$/);
    assert.equal(links.schema_type, "link_bundle");
    for (const link of links.links) {
      assert.equal(byId.get(link.process)?.schema_type, "process");
      for (const id of link.inputs) {
        assert.equal(byId.get(id)?.schema_type, link.input_type);
      }
      for (const id of link.outputs) {
        assert.equal(byId.get(id)?.schema_type, link.output_type);
      }
      for (const { protocol_type, protocol_id } of link.protocols) {
        assert.equal(byId.get(protocol_id)?.name, `${protocol_type}_0.json`);
      }
    }
  }
});

Deno.test("links.json leads from the donor to every sequence file", async () => {
  for (const bundle of BUNDLES) {
    const { links } = await readJson(bundle, "links.json") as Links;
    const uuidsOf = (pattern: RegExp): string[] =>
      bundle.files.filter((file) => pattern.test(file.name))
        .map((file) => file.uuid);
    const reached = new Set(uuidsOf(/^donor_organism_0/));
    for (const link of links.toReversed()) {
      assert.ok(link.inputs.every((id) => reached.has(id)));
      link.outputs.forEach((id) => reached.add(id));
    }
    const sequences = uuidsOf(/^sequence_file_/);
    assert.ok(sequences.length >= 2);
    assert.ok(sequences.every((id) => reached.has(id)));
    assert.deepEqual(
      links.map((link) => link.process).sort(),
      uuidsOf(/^process_/).sort(),
    );
  }
});

Deno.test("metadata is UTF-8 with names that are not ASCII", async () => {
  const [kidney] = BUNDLES;
  assert.ok(kidney !== undefined);
  const project = await readJson(kidney, "project_0.json") as Metadata;
  assert.equal(project.contributors?.[0]?.contact_name, "Zoë,,Ångström");
});
