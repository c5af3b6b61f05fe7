/** The database in the directory of a store. */
export const DATABASE_NAME = "dss.sqlite";
/** The directory of the contents in the directory of a store. */
export const BLOBS_NAME = "blobs";
/** The directory of bundles that were checked out to nowhere in particular. */
export const CHECKOUT_NAME = "checkout";
/** What SQLite keeps beside a database while it is in use. */
export const DATABASE_SUFFIXES: readonly string[] = ["-wal", "-shm"];
