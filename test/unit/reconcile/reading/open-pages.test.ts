import { describe, expect, test } from 'vitest'
import type { SnapshotEntry } from '../../../../src/ports/snapshot.ts'
import { canReopen, openPages } from '../../../../src/reconcile/reading/open-pages.ts'

interface Item {
  readonly n: number
}
type Items = Iterable<Item> | AsyncIterable<Item>

const context = { signal: new AbortController().signal }
const itemsUpTo = (count: number): readonly Item[] => Array.from({ length: count }, (_, n) => ({ n }))

async function* asyncItems(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item)
}

async function pagesOf(items: Items): Promise<(readonly SnapshotEntry[])[]> {
  const all: (readonly SnapshotEntry[])[] = []
  const pages = openPages(items, 'east', context)
  for (let page = await pages.next(); page.done !== true; page = await pages.next()) all.push(page.value)
  return all
}

describe.each<[string, (items: readonly Item[]) => Items]>([
  ['an array', (items) => items],
  ['an iterator', (items) => items.values()],
  ['an async iterable', asyncItems],
])('rows of %s', (_, given) => {
  test.each([0, 1, 999, 1_000, 1_001, 2_000])('come in pages of 1,000, none of them empty: %i', async (count) => {
    const items = itemsUpTo(count)
    const pages = await pagesOf(given(items))
    expect(pages.flat()).toEqual(items.map((item) => ({ item })))
    const sizes = [...Array.from({ length: Math.floor(count / 1_000) }, () => 1_000), count % 1_000]
    expect(pages.map(({ length }) => length)).toEqual(sizes.filter((size) => size > 0))
  })
})

test("a snapshot's pages are its own, opened with the context of the run", () => {
  const pages = asyncPages()
  const snapshot = { order: 'none' as const, pages: (given: unknown) => (given === context ? pages : asyncPages()) }
  expect(openPages(snapshot, 'east', context)).toBe(pages)
})

async function* asyncPages(): AsyncGenerator<readonly SnapshotEntry[], undefined> {
  yield await Promise.resolve([])
}

test.each([undefined, null, 'AB', 5, {}, { pages: [] }, () => []])(
  'what is no place is refused at once: %o',
  (given) => {
    const message = '"east" is no snapshot. Give a snapshot, or rows as an array or an async iterable.'
    const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as Error
    expect(() => openPages(given as never, 'east', context)).toThrow(error)
  },
)

test.each([
  ['a snapshot', { order: 'key' as const, pages: asyncPages }, true],
  ['an array', itemsUpTo(2), true],
  ['a set', new Set(itemsUpTo(2)), true],
  ['an iterator', itemsUpTo(2).values(), false],
  ['an async iterable', asyncItems(itemsUpTo(2)), false],
])('whether a place can be read a second time: %s', (_, place, expected) => {
  expect(canReopen<Item>(place)).toBe(expected)
})
