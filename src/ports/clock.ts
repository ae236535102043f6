/** Where time comes from. Tests hand in one that moves when told. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. Compared with records' creation times only. */
  readonly now: () => number
  /** Milliseconds that never jump. Every deadline, delay and duration is measured with it. */
  readonly monotonic: () => number
  /** Resolves after `ms`, or as soon as `signal` aborts. A clock that rejects on abort is understood too. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}
