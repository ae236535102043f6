/** A promise as data, for any test runner: `for (const { name, check } of clauses) test(name, check)`. */
export interface Clause {
  /** The promise, as a sentence. */
  readonly name: string
  /** Rejects with an assertion error where the promise is broken. */
  readonly check: () => Promise<void>
}
