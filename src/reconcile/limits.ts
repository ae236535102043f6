/** What a run holds at once, whatever it finds. */
export const limits = {
  /** Pairs of one second look where every warehouse can be read by key. */
  batchPairs: 5_000,
  /** The same, where one has to be read as a whole for each look. */
  wholeLookPairs: 50_000,
  /** Second looks under way. */
  looksAtOnce: 4,
  /** Repairs that wait for the first look's end; where more are called for, the keys after them are looked at anew. */
  repairs: 20_000,
  /** Drift that waits for it, to be told to `onDrift`. */
  untold: 10_000,
  /** Bytes of a place without order that are sorted in memory. */
  sortedBytes: 134_217_728,
} as const
