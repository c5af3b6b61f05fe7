import {
  type Database,
  joinPath,
  LocalError,
  quote,
  type Runtime,
} from "../base/mod.ts";
import type { IssuedTokens } from "../oidc/mod.ts";
import { ContentStore } from "../store/mod.ts";
import type {
  Authority,
  ServiceAccountKey,
  TokenGrant,
  TrustedKey,
} from "./authorization/mod.ts";
import { createHandler, type Handler } from "./handler.ts";
import {
  type DirectoryImport,
  planImport,
  type PlannedImport,
} from "./import_directory.ts";
import { readLoginPassword } from "./login_password.ts";
import { putBundle } from "./put_bundle.ts";
import { Repository, type StoreCounts } from "./repository.ts";
import { prepareSchema } from "./schema.ts";
import {
  findSecrets,
  removeSecrets,
  type SecretFiles,
} from "./secret_files.ts";
import { SignedUrls } from "./signed_urls.ts";

const DATABASE = "dss.sqlite";
const BLOBS = "blobs";

/** What {@linkcode LocalDss.open} needs. */
export interface LocalDssOptions {
  /** The directory of the store; made when it is not there. */
  dataDir: string;
  /** The machine. */
  runtime: Pick<Runtime, "files" | "clock" | "random" | "createHash">;
  /** Opens an SQL database in a file. */
  openDatabase: (path: string) => Database;
  /** What the service says its version is. */
  version: string;
  /** Email addresses of those who may delete bundles. Default: nobody's. */
  admins?: readonly string[];
}

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
  #authority: Promise<Authority> | undefined;

  private constructor(options: LocalDssOptions, database: Database) {
    const { dataDir, runtime, version, admins = [] } = options;
    this.#admins = admins;
    this.dataDir = dataDir;
    this.#runtime = runtime;
    this.#database = database;
    this.#repository = new Repository(database);
    this.#blobs = new ContentStore(joinPath(dataDir, BLOBS), runtime);
    this.handler = createHandler({
      repository: this.#repository,
      blobs: this.#blobs,
      signedUrls: new SignedUrls(this.#repository, runtime.clock),
      clock: runtime.clock,
      files: runtime.files,
      authority: () => this.#openAuthority(),
    }, version);
  }

  /**
   * Opens the store of a directory, which is made when it is not there.
   *
   * @throws {LocalError} when it cannot be made or read, or is of a newer hca.
   */
  static async open(options: LocalDssOptions): Promise<LocalDss> {
    const { dataDir, runtime, openDatabase } = options;
    await runtime.files.makeDirectory(dataDir);
    const path = joinPath(dataDir, DATABASE);
    const database = openDatabase(path);
    try {
      await prepareSchema(database, path);
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
    return (await files.stat(joinPath(dataDir, DATABASE)))?.kind === "file";
  }

  /**
   * Removes a store and nothing else of its directory.
   *
   * @throws {LocalError} when there is no store.
   */
  static async reset(files: Runtime["files"], dataDir: string): Promise<void> {
    if (!await LocalDss.exists(files, dataDir)) {
      throw new LocalError(`there is no local store in ${quote(dataDir)}`, {
        path: dataDir,
        reason: "not_found",
      });
    }
    await files.remove(joinPath(dataDir, BLOBS), { recursive: true });
    await removeSecrets(files, dataDir);
    for (const suffix of ["-wal", "-shm", ""]) {
      await files.remove(joinPath(dataDir, `${DATABASE}${suffix}`));
    }
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
    if (wanted) await this.#putSamples(readsPerFile);
    this.#repository.initialSetting("samples", wanted ? "added" : "none");
    return wanted;
  }

  async #putSamples(readsPerFile?: number): Promise<void> {
    const { sampleBundles } = await import("./sample/mod.ts");
    for (const sample of sampleBundles({ readsPerFile })) {
      const files = await Promise.all(sample.files.map(async (file) => {
        const bytes = await file.bytes();
        async function* chunks(): AsyncGenerator<Uint8Array> {
          yield bytes;
        }
        return { ...file, sizeBytes: bytes.length, chunks };
      }));
      await this.#put({ ...sample, files });
    }
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
   */
  async importPlanned(planned: PlannedImport): Promise<ImportReport> {
    const { bundle, leftOut } = planned;
    const isNew = await this.#put(bundle);
    return {
      uuid: bundle.uuid,
      version: bundle.version,
      files: bundle.files.length,
      sizeBytes: bundle.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      leftOut,
      isNew,
    };
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

  #put(bundle: Parameters<typeof putBundle>[1]): Promise<boolean> {
    return putBundle({
      repository: this.#repository,
      blobs: this.#blobs,
      createHash: this.#runtime.createHash,
    }, bundle);
  }
}
