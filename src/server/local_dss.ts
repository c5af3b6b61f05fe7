import {
  type Database,
  type Fetch,
  joinPath,
  type Runtime,
  silentLog,
} from "../base/mod.ts";
import type { IssuedTokens } from "../oidc/mod.ts";
import { ContentStore } from "../store/mod.ts";
import type {
  Authority,
  ServiceAccountKey,
  TokenGrant,
  TrustedKey,
} from "./authorization/mod.ts";
import type { BackupReport } from "./backup/mod.ts";
import { changeListeners } from "./change_listeners.ts";
import type { CheckOptions, StoreProblem } from "./check_store.ts";
import type { DssContext } from "./context.ts";
import { createHandler, type Handler } from "./handler.ts";
import {
  type DirectoryImport,
  planImport,
  type PlannedImport,
} from "./import_directory.ts";
import { readLoginPassword } from "./login_password.ts";
import { putBundle } from "./put_bundle.ts";
import { putSamples } from "./put_samples.ts";
import { Repository, type StoreCounts } from "./repository.ts";
import { prepareSchema } from "./schema.ts";
import { SearchIndex } from "./search_index/mod.ts";
import { makePrivateDatabase, makeStoreDirectory } from "./private_store.ts";
import { untilAborted } from "./until_aborted.ts";
import { watchStore } from "./watch_store.ts";
import { resetStore } from "./reset_store.ts";
import { findSecrets, type SecretFiles } from "./secret_files.ts";
import type { LocalDssOptions } from "./local_dss_options.ts";
import { DEFAULT_SERVICE_SETTINGS } from "./service_settings.ts";
import { SignedUrls } from "./signed_urls.ts";
import { hasContents } from "./lost_database.ts";
import { BLOBS_NAME, DATABASE_NAME } from "./store_names.ts";
import { taskHandlers, TASKS_AT_ONCE } from "./task_handlers.ts";
import { TaskQueue } from "./tasks/mod.ts";

// How long a command waits for the receivers of notifications.
const NOTIFY_MS = 2000;

const noNetwork: Fetch = () =>
  Promise.reject(new TypeError("this store has no network"));

/** What became of an import. */
export interface ImportReport {
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** Files in the bundle. */
  files: number;
  /** Their bytes. */
  sizeBytes: number;
  /** Names in the manifest that had no bytes. */
  leftOut: string[];
  /** False when the store had exactly this bundle. */
  isNew: boolean;
}

/**
 * An embedded DSS: bundles and files in a directory, and the service over
 * them as a function. Several processes may use one directory at once.
 */
export class LocalDss implements Disposable {
  /** The directory of the store. */
  readonly dataDir: string;
  /** The service. */
  readonly handler: Handler;
  readonly #runtime: LocalDssOptions["runtime"];
  readonly #database: Database;
  readonly #repository: Repository;
  readonly #blobs: ContentStore;
  readonly #admins: readonly string[];
  readonly #openDatabase: LocalDssOptions["openDatabase"];
  readonly #context: DssContext;
  #authority: Promise<Authority> | undefined;

  private constructor(options: LocalDssOptions, database: Database) {
    const { dataDir, runtime, version, admins = [] } = options;
    this.#admins = admins;
    this.#openDatabase = options.openDatabase;
    this.dataDir = dataDir;
    this.#runtime = runtime;
    this.#database = database;
    this.#repository = new Repository(database);
    this.#blobs = new ContentStore(joinPath(dataDir, BLOBS_NAME), runtime);
    const log = runtime.log ?? silentLog;
    this.#context = {
      dataDir,
      isRemoved: watchStore(runtime.files, joinPath(dataDir, DATABASE_NAME)),
      repository: this.#repository,
      blobs: this.#blobs,
      database,
      searchIndex: new SearchIndex({ database, log: runtime.log }),
      tasks: new TaskQueue({
        database,
        clock: runtime.clock,
        log: runtime.log ?? silentLog,
        handlers: taskHandlers(() => this.#context),
        atOnce: TASKS_AT_ONCE,
        isRemoved: () => this.#context.isRemoved(),
      }),
      settings: { ...DEFAULT_SERVICE_SETTINGS, ...options.settings },
      fetch: runtime.fetch ?? noNetwork,
      createHash: runtime.createHash,
      jmesPath: options.jmesPath,
      log,
      onChange: (change) => {
        for (const listen of changeListeners(this.#context)) listen(change);
      },
      signedUrls: new SignedUrls(this.#repository, runtime.clock),
      clock: runtime.clock,
      files: runtime.files,
      authority: () => this.#openAuthority(),
    };
    this.handler = createHandler(
      this.#context,
      version,
      options.throwsDamage,
    );
  }

  /**
   * Opens the store of a directory, which is made when it is not there.
   *
   * @throws {LocalError} when it cannot be made or read, or is of a newer hca.
   */
  static async open(options: LocalDssOptions): Promise<LocalDss> {
    const { dataDir, runtime, openDatabase } = options;
    await makeStoreDirectory(runtime.files, dataDir);
    await makePrivateDatabase(runtime.files, dataDir);
    const path = joinPath(dataDir, DATABASE_NAME);
    const database = openDatabase(path);
    try {
      await prepareSchema(
        database,
        path,
        () => hasContents(runtime.files, dataDir),
      );
      return new LocalDss(options, database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Whether a directory holds a store. */
  static async exists(
    files: Runtime["files"],
    dataDir: string,
  ): Promise<boolean> {
    return (await files.stat(joinPath(dataDir, DATABASE_NAME)))?.kind ===
      "file";
  }

  /**
   * Removes a store, and what is left of one, and nothing else of its
   * directory.
   *
   * @throws {LocalError} when there is nothing of a store
   */
  static async reset(files: Runtime["files"], dataDir: string): Promise<void> {
    await resetStore(files, dataDir);
  }

  /**
   * Puts the sample bundles into a new store, or decides against them. It is
   * decided once: they do not come back to a store that has gone on without.
   *
   * @param wanted whether a new store gets them
   * @param readsPerFile sequencing reads in each FASTQ file; fewer is faster
   * @returns whether they were put now
   */
  async decideSamples(
    wanted: boolean,
    readsPerFile?: number,
  ): Promise<boolean> {
    if (this.#repository.setting("samples") !== undefined) return false;
    if (wanted) await putSamples(this.#context, readsPerFile);
    this.#repository.initialSetting("samples", wanted ? "added" : "none");
    return wanted;
  }

  /** Makes a bundle of a directory; see {@linkcode planImport} for errors. */
  async importDirectory(options: DirectoryImport): Promise<ImportReport> {
    const { files, clock } = this.#runtime;
    return await this.importPlanned(await planImport(files, clock, options));
  }

  /**
   * Stores a bundle that was planned.
   *
   * @throws {IntegrityError} naming the files that are not what the manifest
   * says; nothing is stored then
   * @throws {LocalError} when another content has the same uuid and version
   * @throws {CancelledError} when the signal is aborted while files are read;
   * nothing is stored then
   */
  async importPlanned(
    planned: PlannedImport,
    signal?: AbortSignal,
  ): Promise<ImportReport> {
    const { bundle, leftOut } = planned;
    const files = bundle.files.map((file) => ({
      ...file,
      chunks: () => untilAborted(file.chunks(), signal),
    }));
    const isNew = await putBundle(this.#context, { ...bundle, files });
    return {
      uuid: bundle.uuid,
      version: bundle.version,
      files: bundle.files.length,
      sizeBytes: bundle.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      leftOut,
      isNew,
    };
  }

  /**
   * Does what was put off and is due by now, for somebody who waits for it:
   * who is notified has two seconds, and what is not delivered then is left
   * to another process or another time.
   */
  async runDueTasks(signal: AbortSignal): Promise<void> {
    await this.#context.tasks.runDue(signal, { notify: NOTIFY_MS });
  }

  /** Does what was put off as it becomes due, until the signal is aborted. */
  async runTasksUntil(signal: AbortSignal): Promise<void> {
    await this.#context.tasks.runUntil(signal);
  }

  /**
   * What is not as it should be in the store, which may be in use meanwhile.
   *
   * @throws {LocalError} when a directory cannot be read
   */
  async *check(options: CheckOptions = {}): AsyncGenerator<StoreProblem> {
    const { checkStore } = await import("./check_store.ts");
    yield* checkStore(this.#context, options);
  }

  /**
   * Writes the store to one file, while it may be in use; see `backUp`.
   *
   * @throws {IntegrityError} when a content is missing or damaged
   * @throws {LocalError} when the disk refuses
   * @throws {CancelledError} when the signal is aborted; nothing stays then
   */
  async backUp(path: string, signal?: AbortSignal): Promise<BackupReport> {
    const { backUp } = await import("./backup/mod.ts");
    const { files, random, clock, createHash } = this.#runtime;
    return await backUp({
      database: this.#database,
      openDatabase: this.#openDatabase,
      blobs: this.#blobs,
      dataDir: this.dataDir,
      nowMs: clock.now(),
      files,
      random,
      createHash,
      signal,
    }, path);
  }

  /**
   * Makes a store of a file that {@linkcode LocalDss.backUp} wrote.
   *
   * @throws {LocalError} with reason `exists` when there is a store already
   * @throws {RefusedError | IntegrityError} when it is no backup, or damaged
   * @throws {CancelledError} when the signal is aborted; nothing stays then
   */
  static async restore(
    options:
      & Pick<LocalDssOptions, "dataDir" | "runtime" | "openDatabase">
      & { signal?: AbortSignal },
    path: string,
  ): Promise<BackupReport> {
    const { restore } = await import("./backup/mod.ts");
    return await restore(options, path, options.dataDir);
  }

  /** What there is in the store. */
  counts(): StoreCounts {
    return this.#repository.counts();
  }

  /**
   * Makes tokens for this store, without its login page: who can open the
   * store owns it.
   *
   * @throws {LocalError} when the signing key cannot be read or made
   */
  async issueTokens(grant: TokenGrant): Promise<IssuedTokens> {
    return await (await this.#openAuthority()).issueTokens(grant);
  }

  /**
   * The password of the login page, made on first use.
   *
   * @throws {LocalError} when it cannot be read or made
   */
  async loginPassword(): Promise<string> {
    return await readLoginPassword(this.#runtime, this.dataDir);
  }

  /** Takes the tokens that a service account signs from now on. */
  async trustServiceAccount(key: ServiceAccountKey): Promise<void> {
    (await this.#openAuthority()).accounts.trust(key);
  }

  /** Takes no token of a service account any more; false if none was taken. */
  async distrustServiceAccount(email: string): Promise<boolean> {
    return (await this.#openAuthority()).accounts.remove(email);
  }

  /** The keys of service accounts that are trusted. */
  async trustedKeys(): Promise<TrustedKey[]> {
    return (await this.#openAuthority()).accounts.list();
  }

  /** Where the secrets of the store are, as far as they were made. */
  async secretFiles(): Promise<SecretFiles> {
    return await findSecrets(this.#runtime.files, this.dataDir);
  }

  /** Closes the database; the handler must not be used afterwards. */
  [Symbol.dispose](): void {
    this.#database.close();
  }

  // Reading needs none of it, so most runs do without its code.
  #openAuthority(): Promise<Authority> {
    return this.#authority ??= this.#createAuthority();
  }

  async #createAuthority(): Promise<Authority> {
    const { Authority } = await import("./authorization/mod.ts");
    return new Authority({
      database: this.#database,
      runtime: this.#runtime,
      dataDir: this.dataDir,
      admins: this.#admins,
    });
  }
}
