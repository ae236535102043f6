import assert from 'node:assert/strict'
import type { Snapshot, SnapshotContext, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'

/** Reads a snapshot to its end. A summary that is missing says that the rows are all. */
export async function rowsOf(
  snapshot: Snapshot,
  context: Partial<SnapshotContext> = {},
): Promise<{ readonly rows: readonly SnapshotEntry[]; readonly summary: SnapshotSummary | undefined }> {
  const rows: SnapshotEntry[] = []
  const iterator = snapshot.pages({ signal: new AbortController().signal, ...context })
  for (;;) {
    const page = await iterator.next()
    if (page.done) return { rows, summary: page.value ?? undefined }
    assert.ok(Array.isArray(page.value), 'a page is a list of rows')
    for (const row of page.value as readonly SnapshotEntry[]) rows.push(row)
  }
}
