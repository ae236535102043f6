import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from 'dynamodb-stream-sync'

/** A folder for the files of a test, removed by `remove`. */
export interface SnapshotFiles {
  /** Writes a file and answers its path. A name that ends in `.gz` gets packed content. */
  readonly write: (name: string, content: string | Uint8Array) => string
  /** Writes the bytes as they are, whatever the name. */
  readonly writeRaw: (name: string, content: Uint8Array) => string
  /** How many of its files this process has open; undefined where the system does not tell. */
  readonly open: () => number
  readonly remove: () => void
}

export function snapshotFiles(): SnapshotFiles {
  const folder = mkdtempSync(join(tmpdir(), 'snapshots-'))
  const writeRaw = (name: string, content: Uint8Array) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  return {
    writeRaw,
    write: (name, content) => writeRaw(name, name.endsWith('.gz') ? gzipSync(content) : Buffer.from(content)),
    open: () => openFiles().filter((path) => path.startsWith(folder)).length,
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Linux tells; elsewhere there is nothing to be seen. https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html */
function openFiles(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)]
      } catch {
        return [] // closed since
      }
    })
  } catch {
    return []
  }
}

/** Every row of a snapshot, and what it says at its end. */
export async function readAll(
  snapshot: Snapshot,
  context: Partial<SnapshotContext> = {},
): Promise<{
  readonly pages: readonly (readonly SnapshotEntry[])[]
  readonly rows: readonly SnapshotEntry[]
  readonly summary: SnapshotSummary | undefined
}> {
  const pages: (readonly SnapshotEntry[])[] = []
  const iterator = snapshot.pages({ signal: new AbortController().signal, ...context })
  for (;;) {
    const page = await iterator.next()
    if (page.done) return { pages, rows: pages.flat(), summary: page.value ?? undefined }
    pages.push(page.value)
  }
}

/** What reading a snapshot throws. */
export async function refusal(snapshot: Snapshot): Promise<unknown> {
  return readAll(snapshot).then(
    () => 'read to its end',
    (error: unknown) => error,
  )
}
