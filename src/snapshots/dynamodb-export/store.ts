/** Where an export lies: a folder, or a part of a bucket. Names are those below the folder of its manifests. */
export interface ExportStore {
  /** A name as messages show it. */
  readonly shown: (name: string) => string
  /**
   * Undefined: there is none of that name.
   *
   * @throws SnapshotError or TargetUnavailableError when it cannot be told.
   */
  readonly open: (name: string, signal: AbortSignal) => Promise<StoredFile | undefined>
}

/** One file of an export. */
export interface StoredFile {
  /** How long it is. */
  readonly bytes: number
  /** Its content. Ends early when the signal aborts. */
  readonly chunks: AsyncGenerator<Buffer, void>
  readonly close: () => Promise<void>
}
