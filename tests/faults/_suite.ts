/**
 * Registers the tests of the fault matrix, each with the row that it is of,
 * and keeps what came of them for the table in `docs/reliability.md`.
 *
 * @module
 */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a test is about. */
export interface Subject {
  /** The row of the matrix, as `N01`. */
  row: string;
  /** What is made to go wrong, after "when". */
  when: string;
  /** What hca does then, after "hca". */
  does: string;
}

/** What came of a test, as one line of the file of results. */
export interface TestResult extends Subject {
  /** The file of the test, from the root. */
  file: string;
  passed: boolean;
  /** Numbers that were measured. */
  note: string;
}

/** Keeps a note for the table. */
export type Note = (text: string) => void;

/** A test that needs more of the system than Deno. */
export interface SystemNeeds {
  /** Runs only where `HCA_FAULTS_OS` asks for it. */
  system?: boolean;
}

/** Whether the tests that need root, mounts and tools are asked for. */
export const SYSTEM_TESTS = Boolean(Deno.env.get("HCA_FAULTS_OS"));

/** Registers a test of a row. */
export function faultTest(
  moduleUrl: string,
  { row, when, does, system = false }: Subject & SystemNeeds,
  work: (note: Note) => Promise<void>,
): void {
  Deno.test({
    name: `${row} hca ${does} when ${when}`,
    ignore: system && !SYSTEM_TESTS,
    async fn() {
      const notes: string[] = [];
      let passed = false;
      try {
        await work((text) => notes.push(text));
        passed = true;
      } finally {
        const file = relative(ROOT, fileURLToPath(moduleUrl));
        const note = notes.join("; ");
        await keep({ row, when, does, file, passed, note });
      }
    },
  });
}

async function keep(result: TestResult): Promise<void> {
  const path = Deno.env.get("HCA_FAULTS_RESULTS");
  if (!path) return;
  await Deno.writeTextFile(path, `${JSON.stringify(result)}\n`, {
    append: true,
  });
}
