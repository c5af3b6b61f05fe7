/** What `use` sets: values for flags that a line leaves out. */
export interface SessionDefaults {
  /** The replica. */
  replica: string;
  /** Whether the replica was chosen, and not just taken. */
  isReplicaChosen: boolean;
  /**
   * The DSS: `local`, or the address of an API document; undefined: as
   * configured.
   */
  service: string | undefined;
  /**
   * The configured service, besides the DSS, whose commands stand without its
   * name; undefined: those of the DSS do.
   */
  group: string | undefined;
  /** The directory that downloads go to; undefined: the current one. */
  dir: string | undefined;
}

/** What a session begins with. */
export function initialDefaults(): SessionDefaults {
  return {
    replica: "aws",
    isReplicaChosen: false,
    service: undefined,
    group: undefined,
    dir: undefined,
  };
}
