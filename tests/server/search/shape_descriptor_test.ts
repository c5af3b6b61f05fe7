import assert from "node:assert/strict";
import type { Json } from "../../../src/base/mod.ts";
import { shapeDescriptor } from "../../../src/server/search/shape_descriptor.ts";

const BASE = "https://schema.humancellatlas.org";
const describe = (path: string) => ({ describedBy: `${BASE}/${path}` });

Deno.test("shapeDescriptor is one version when all files agree with their schema", () => {
  const shape = shapeDescriptor([
    ["project_json", [describe("type/project/5.1.0/project")]],
    ["process_json", [
      describe("type/process/5.0.0/process"),
      describe("type/process/5.2.0/process.json?x=1.1.1#/2.2.2/"),
    ]],
  ]);
  assert.equal(shape, "v5");
});

Deno.test("shapeDescriptor lists sorted entries when major versions differ", () => {
  const shape = shapeDescriptor([
    ["process_json", [describe("type/process/2.0.0/process")]],
    ["links_json", [describe("system/1.1.5/links")]],
    ["cell_suspension_json", [
      describe("type/biomaterial/6.0.0/cell_suspension"),
    ]],
  ]);
  assert.equal(shape, "v.cell_suspension.6.links.1.process.2");
});

Deno.test("shapeDescriptor names key and type when they differ", () => {
  const shape = shapeDescriptor([
    ["foo2_json", [describe("bundle/5.0.0/bar")]],
    ["foo1_json", [describe("bundle/5.0.0/bar.json")]],
  ]);
  assert.equal(shape, "v.foo1.bar.5.foo2.bar.5");
});

Deno.test("shapeDescriptor leaves out a file when describedBy names no schema", () => {
  const odd: Json[] = [
    {},
    [],
    "text",
    { describedBy: 7 },
    { describedBy: "" },
    describe("type/process/process"),
    describe("type/1.0.0/2.0.0/process"),
    describe("type/1.0.0/"),
    describe("type/1.0/process"),
    describe("type/1.0.0/a.b"),
    describe("type/1.0.0/12"),
    { describedBy: "https://1.2.3/process" },
  ];
  assert.equal(shapeDescriptor([["process_json", odd]]), "None");
  const shape = shapeDescriptor([
    ["process_json", odd],
    ["12_json", [describe("type/9.0.0/twelve")]],
    ["links_json", [describe("system/1.1.5/links")]],
  ]);
  assert.equal(shape, "v1");
});

Deno.test("shapeDescriptor is None when there are no files", () => {
  assert.equal(shapeDescriptor([]), "None");
});
