/** How often a broken transfer is taken up again. */
export interface ResumePolicy {
  /** Tries in a row that bring nothing; progress gives them back. */
  retries: number;
  /** The least wait between two tries, milliseconds. */
  minDelayMs: number;
}

/** The defaults of the old client: 10 tries, 0.25 s. */
export const DEFAULT_RESUME: ResumePolicy = { retries: 10, minDelayMs: 250 };
