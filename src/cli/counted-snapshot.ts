import type { Snapshot, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'

/** Told of a snapshot's reading. */
export interface ReadingListener {
  readonly page: (rows: readonly SnapshotEntry[]) => void
  readonly ended: () => void
  /** Why it broke off. */
  readonly failed: (error: unknown) => void
}

type Page = IteratorResult<readonly SnapshotEntry[], SnapshotSummary | undefined>

/** The same snapshot, whose reading is told. Only the first reading is: a second look is no progress. */
export function countedSnapshot(snapshot: Snapshot, listener: ReadingListener): Snapshot {
  let isFirst = true
  const { order, relation } = snapshot
  return {
    order,
    relation,
    pages(context) {
      const pages = snapshot.pages(context)
      if (!isFirst) return pages
      isFirst = false
      const told = {
        next: async (): Promise<Page> => {
          try {
            return toldPage((await pages.next()) as Page, listener)
          } catch (error) {
            listener.failed(error)
            throw error
          }
        },
        ...(pages.return && { return: (value?: SnapshotSummary) => pages.return?.(value) }),
      }
      return told as ReturnType<Snapshot['pages']>
    },
  }
}

/** A place that breaks its word is the engine's to tell of. */
function toldPage(page: Page, listener: ReadingListener): Page {
  if (page.done === true) listener.ended()
  else if (Array.isArray(page.value)) listener.page(page.value)
  return page
}
