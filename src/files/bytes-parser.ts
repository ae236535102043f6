import type { SnapshotError } from '../errors.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'

/** Makes rows of a file's bytes, as they come. */
export interface BytesParser {
  /** The rows that these bytes complete. @throws SnapshotError that names the line. */
  readonly push: (bytes: Buffer) => readonly SnapshotEntry[]
  /** The row that ends with the file, and has no line break. @throws SnapshotError that names the line. */
  readonly end: () => readonly SnapshotEntry[]
}

/** A text format whose rows end at a line break. */
export interface RowFormat {
  /** Reads whole rows into `entries`, from the start of `bytes` on, and answers where the first begins that is none yet. */
  readonly read: (bytes: Buffer, isLast: boolean, entries: SnapshotEntry[]) => number
  /** The longest row, in bytes. */
  readonly maxBytes: number
  /** The row that is longer; it begins where reading stopped. */
  readonly tooLong: (bytes: Buffer) => SnapshotError
}

const none = Buffer.alloc(0)

/** Keeps what is no whole row until the bytes come that complete it. */
export function bytesParser({ read, maxBytes, tooLong }: RowFormat): BytesParser {
  let rest: Buffer = none
  const parse = (bytes: Buffer, isLast: boolean): readonly SnapshotEntry[] => {
    const entries: SnapshotEntry[] = []
    rest = bytes.subarray(read(bytes, isLast, entries))
    if (rest.length > maxBytes) throw tooLong(rest)
    return entries
  }
  return {
    push: (bytes) => parse(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), false),
    end: () => parse(rest, true),
  }
}
