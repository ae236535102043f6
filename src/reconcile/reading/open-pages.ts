import { SnapshotError } from '../../errors.ts'
import type { Snapshot, SnapshotContext, SnapshotEntry } from '../../ports/snapshot.ts'
import type { SnapshotLike } from '../options.ts'

/** The pages of any place; the value that they end with is a summary, or anything. */
export type Pages = AsyncIterator<readonly SnapshotEntry[], unknown>

const plainPage = 1_000

export function isSnapshot<Item>(like: SnapshotLike<Item>): like is Snapshot {
  return typeof (like as { readonly pages?: unknown }).pages === 'function'
}

/** Whether a place can be read a second time: a snapshot or a collection can, an iterator cannot. */
export function canReopen<Item>(like: SnapshotLike<Item>): boolean {
  if (isSnapshot(like)) return true
  if (Symbol.iterator in like) return (like[Symbol.iterator]() as unknown) !== like
  return false
}

/** @throws SnapshotError for something that is no place. */
export function openPages<Item>(like: SnapshotLike<Item>, place: string, context: SnapshotContext): Pages {
  const given: unknown = like
  if (typeof given === 'object' && given !== null) {
    if (isSnapshot(like)) return like.pages(context)
    if (Symbol.iterator in given) return pagesOf(given as Iterable<Partial<Item>>)
    if (Symbol.asyncIterator in given) return asyncPagesOf(given as AsyncIterable<Partial<Item>>)
  }
  throw new SnapshotError(`"${place}" is no snapshot. Give a snapshot, or rows as an array or an async iterable.`)
}

// Items are looked at by `entryKey`.
async function* pagesOf<Item>(items: Iterable<Partial<Item>>): AsyncGenerator<readonly SnapshotEntry[]> {
  let page: SnapshotEntry[] = []
  for (const item of items)
    if (page.push({ item: item }) === plainPage) {
      yield await Promise.resolve(page)
      page = []
    }
  if (page.length > 0) yield page
}

async function* asyncPagesOf<Item>(items: AsyncIterable<Partial<Item>>): AsyncGenerator<readonly SnapshotEntry[]> {
  let page: SnapshotEntry[] = []
  for await (const item of items)
    if (page.push({ item: item }) === plainPage) {
      yield page
      page = []
    }
  if (page.length > 0) yield page
}
