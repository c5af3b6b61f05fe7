/** Where the data of a statement goes. */
export interface StatementOutput {
  /**
   * Makes it ready; called once, before anything else.
   *
   * @throws {LocalError} when it cannot be written
   */
  open(): Promise<void>;
  /**
   * Writes; resolves when it was taken.
   *
   * @throws {ClosedOutput} when nobody takes any more
   */
  write(data: string | Uint8Array): Promise<void>;
  /**
   * Called when the command has ended. What was begun is complete then,
   * unless the command has failed.
   *
   * @param status exit status of the command
   * @returns that of the statement
   */
  finish(status: number): Promise<number>;
  /** Called at the end in any case; what is not complete goes away. */
  dispose(): Promise<void>;
}
