/** A promise that a run broke. */
export class Violation extends Error {
  readonly promise: string
  readonly what: string

  constructor(promise: string, what: string) {
    super(`${promise}: ${what}`)
    this.promise = promise
    this.what = what
  }
}
