/** The items that one place held at about one time, tombstones included. Opened anew at each run. */
export interface Snapshot {
  /** `key`: sorted by key text in UTF-8 byte order, which is verified while reading. */
  readonly order: 'key' | 'none'
  /** Reads page by page. Returns when the pages were taken and whether they are all; nothing returned: they are. */
  readonly pages: (
    context: SnapshotContext,
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a generator without `return` is typed void
  ) => AsyncIterator<readonly SnapshotEntry[], SnapshotSummary | void>
  /**
   * The same rows as a table expression of DuckDB, such as `read_parquet('/mnt/lyon.parquet')`: one column per
   * attribute, neither versions nor tombstones. Where every place has one, reconcile compares them there.
   */
  readonly relation?: string | undefined
}

/** `after` and `until` narrow the keys that are wanted: a place that cannot use them gives all its rows. */
export interface SnapshotContext {
  readonly signal: AbortSignal
  /** One part of the place's own; all parts together are all of it. The parts of two places do not line up. */
  readonly partition?: { readonly index: number; readonly count: number } | undefined
  /** Only keys above this one are wanted. */
  readonly after?: string | undefined
  /** Only keys up to this one are wanted, itself included. */
  readonly until?: string | undefined
}

/** One row as a place holds it. Without `key`, the key is made of the item's key attributes. */
export interface SnapshotEntry {
  readonly key?: string | undefined
  readonly item: Readonly<Record<string, unknown>>
  /** A row without version is older than everything. */
  readonly version?: string | undefined
  /** A tombstone: what a guarded target keeps of a removed item. */
  readonly removed?: true | undefined
}

export interface SnapshotSummary {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly complete: boolean
  /** How many rows the place gave. Another number than was read makes the snapshot incomplete. */
  readonly rows?: number | undefined
}
