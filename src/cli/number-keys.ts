import type { Snapshot, SnapshotEntry, SnapshotSummary } from '../ports/snapshot.ts'
import { numberOf } from './same-amount.ts'

type Pages = ReturnType<Snapshot['pages']>

/** The same rows, with these key attributes as numbers where they are texts. Their order is another one then. */
export function withNumberKeys(snapshot: Snapshot, names: readonly string[]): Snapshot {
  if (names.length === 0) return snapshot
  return {
    order: 'none',
    pages: ({ signal, partition }) => {
      const pages = snapshot.pages({ signal, partition })
      const read = async (): Promise<IteratorResult<readonly SnapshotEntry[], SnapshotSummary | undefined>> => {
        const page = await pages.next()
        if (page.done === true) return { done: true, value: page.value ?? undefined }
        return { done: false, value: page.value.map((entry) => converted(entry, names)) }
      }
      return {
        next: read,
        ...(pages.return && { return: (value?: SnapshotSummary) => pages.return?.(value) }),
      } as Pages
    },
  }
}

function converted({ item, ...entry }: SnapshotEntry, names: readonly string[]): SnapshotEntry {
  return {
    ...entry,
    key: undefined,
    item: { ...item, ...Object.fromEntries(names.map((name) => [name, numberOf(item[name])])) },
  }
}
