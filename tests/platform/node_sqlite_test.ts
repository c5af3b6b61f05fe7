import assert from "node:assert/strict";
import type { Database } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import { inDirectory } from "./_directory.ts";

function withTable(work: (database: Database) => void): void {
  const database = openSqlite(":memory:");
  try {
    database.execute(
      "CREATE TABLE item (name TEXT PRIMARY KEY, size INTEGER, data BLOB);" +
        "CREATE TABLE part (item TEXT REFERENCES item (name)" +
        " DEFERRABLE INITIALLY DEFERRED)",
    );
    work(database);
  } finally {
    database.close();
  }
}

function names(database: Database): unknown[] {
  return database.prepare("SELECT name FROM item ORDER BY name").all()
    .map((row) => row.name);
}

const INSERT = "INSERT INTO item (name) VALUES (?)";

Deno.test("openSqlite gives statements that run, get and list", () =>
  withTable((database) => {
    const insert = database.prepare("INSERT INTO item VALUES (?, ?, ?)");
    assert.equal(insert.run("a", 1, new Uint8Array([1, 2])), 1);
    assert.equal(insert.run("b", null, null), 1);
    assert.equal(database.prepare("UPDATE item SET size = 5").run(), 2);
    assert.equal(
      database.prepare("DELETE FROM item WHERE name = ?").run("x"),
      0,
    );
    const select = database.prepare("SELECT * FROM item WHERE name = ?");
    assert.deepEqual({ ...select.get("a") }, {
      name: "a",
      size: 5,
      data: new Uint8Array([1, 2]),
    });
    assert.equal(select.get("x"), undefined);
    assert.deepEqual(select.all("x"), []);
    assert.deepEqual(names(database), ["a", "b"]);
  }));

Deno.test("openSqlite binds parameters as values, never as SQL", () =>
  withTable((database) => {
    const hostile = "x'); DROP TABLE item; --";
    database.prepare(INSERT).run(hostile);
    assert.deepEqual(names(database), [hostile]);
  }));

Deno.test("openSqlite prepares the same text once", () =>
  withTable((database) => {
    assert.equal(database.prepare(INSERT), database.prepare(INSERT));
    assert.notEqual(database.prepare(INSERT), database.prepare(`${INSERT} `));
  }));

Deno.test("Database.transaction commits all and returns the result", () =>
  withTable((database) => {
    const result = database.transaction(() => {
      database.prepare(INSERT).run("a");
      database.prepare(INSERT).run("b");
      return 42;
    });
    assert.equal(result, 42);
    assert.deepEqual(names(database), ["a", "b"]);
  }));

Deno.test("Database.transaction leaves nothing when the work throws", () =>
  withTable((database) => {
    const failure = new Error("no");
    assert.throws(
      () =>
        database.transaction(() => {
          database.prepare(INSERT).run("a");
          throw failure;
        }),
      failure,
    );
    assert.deepEqual(names(database), []);
    database.transaction(() => database.prepare(INSERT).run("b"));
    assert.deepEqual(names(database), ["b"]);
  }));

Deno.test("Database.transaction leaves nothing when the commit fails", () =>
  withTable((database) => {
    assert.throws(
      () =>
        database.transaction(() => {
          database.prepare(INSERT).run("a");
          database.prepare("INSERT INTO part VALUES ('none')").run();
        }),
      { message: /FOREIGN KEY constraint failed/ },
    );
    assert.deepEqual(names(database), []);
    database.transaction(() => database.prepare(INSERT).run("b"));
    assert.deepEqual(names(database), ["b"]);
  }));

Deno.test("Database.transaction shows the first error when SQLite rolled back by itself", () =>
  withTable((database) => {
    database.prepare(INSERT).run("a");
    assert.throws(
      () =>
        database.transaction(() => {
          database.prepare(INSERT).run("b");
          database.prepare("INSERT OR ROLLBACK INTO item (name) VALUES ('a')")
            .run();
        }),
      { message: /UNIQUE constraint failed/ },
    );
    assert.deepEqual(names(database), ["a"]);
  }));

Deno.test("Database.transaction must not be nested, and the outer one is undone", () =>
  withTable((database) => {
    assert.throws(
      () =>
        database.transaction(() => {
          database.prepare(INSERT).run("a");
          database.transaction(() => {});
        }),
      { message: /within a transaction/ },
    );
    assert.deepEqual(names(database), []);
  }));

Deno.test("openSqlite shows another connection only what is committed", () =>
  inDirectory((directory) => {
    const path = `${directory}/a.sqlite`;
    const one = openSqlite(path);
    const two = openSqlite(path);
    try {
      one.execute("CREATE TABLE item (name TEXT PRIMARY KEY)");
      one.transaction(() => {
        one.prepare(INSERT).run("a");
        assert.deepEqual(names(one), ["a"]);
        // With a rollback journal instead of the log this read would wait.
        assert.deepEqual(names(two), []);
      });
      assert.deepEqual(names(two), ["a"]);
      two.transaction(() => two.prepare(INSERT).run("b"));
      assert.deepEqual(names(one), ["a", "b"]);
    } finally {
      one.close();
      two.close();
    }
    const again = openSqlite(path);
    assert.deepEqual(names(again), ["a", "b"]);
    again.close();
  }));

Deno.test("openSqlite sets the database up to last and to wait", () =>
  inDirectory((directory) => {
    const database = openSqlite(`${directory}/a.sqlite`);
    const pragma = (name: string) =>
      Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assert.equal(pragma("journal_mode"), "wal");
    assert.equal(pragma("synchronous"), 2);
    assert.equal(pragma("fullfsync"), 1);
    assert.equal(pragma("journal_size_limit"), 64 * 1024 * 1024);
    assert.equal(pragma("foreign_keys"), 1);
    assert.equal(pragma("busy_timeout"), 30_000);
    database.close();
  }));

Deno.test("openSqlite refuses a file that is no database, and leaves it alone", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.sqlite`;
    const content = "not a database ".repeat(100);
    await Deno.writeTextFile(path, content);
    assert.throws(() => openSqlite(path), {
      name: "LocalError",
      message: `cannot open the database ${path}: file is not a database`,
    });
    assert.equal(await Deno.readTextFile(path), content);
  }));

Deno.test("openSqlite refuses a path that cannot be opened", () =>
  inDirectory((directory) => {
    for (const path of [directory, `${directory}/none/a.sqlite`]) {
      assert.throws(() => openSqlite(path), {
        name: "LocalError",
        path,
        message: /^cannot open the database .*: unable to open database file/,
      });
    }
  }));

/** A database of some pages, of which the last half is overwritten. */
async function damagedDatabase(directory: string): Promise<string> {
  const path = `${directory}/d.sqlite`;
  const database = openSqlite(path);
  database.execute("CREATE TABLE item (name TEXT)");
  const insert = database.prepare("INSERT INTO item VALUES (?)");
  for (let count = 0; count < 200; count++) insert.run("x".repeat(1000));
  database.close();
  const bytes = await Deno.readFile(path);
  bytes.fill(255, 4096 * 2);
  await Deno.writeFile(path, bytes);
  return path;
}

Deno.test("Database tells a damaged file from a fault of the program, however it is read", () =>
  inDirectory(async (directory) => {
    const path = await damagedDatabase(directory);
    const database = openSqlite(path);
    const select = database.prepare("SELECT * FROM item");
    const expected = {
      name: "LocalError",
      reason: "damaged",
      path,
      message:
        `cannot use the database ${path}: database disk image is malformed`,
    };
    assert.throws(() => select.all(), expected);
    assert.throws(() => select.get(), expected);
    assert.throws(
      () => database.prepare("DELETE FROM item").run(),
      expected,
    );
    assert.throws(() => database.execute("DELETE FROM item"), expected);
    database.close();
  }));

Deno.test("Database tells that there is no room, and nothing of the transaction stays", () =>
  withTable((database) => {
    database.execute("PRAGMA max_page_count = 8");
    assert.throws(
      () =>
        database.transaction(() => {
          for (let count = 0; count < 100; count++) {
            database.prepare(INSERT).run(`${count}`.padStart(1000, "0"));
          }
        }),
      {
        name: "LocalError",
        reason: "no_space",
        message: "cannot use the database :memory:: database or disk is full",
        hint: "Free some space, then run it again.",
      },
    );
    assert.deepEqual(names(database), []);
  }));

Deno.test("Database leaves the error of a broken constraint as it is", () =>
  withTable((database) => {
    database.prepare(INSERT).run("a");
    assert.throws(() => database.prepare(INSERT).run("a"), {
      name: "Error",
      message: "UNIQUE constraint failed: item.name",
    });
  }));
