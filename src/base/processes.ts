/** Which processes run on this machine. */
export interface Processes {
  /**
   * A name of this process that no other one has or had, on any machine;
   * undefined where there is none to be had.
   */
  readonly self: string | undefined;
  /** Whether the process of a name has certainly ended; false in doubt. */
  hasEnded(name: string): boolean;
}
