import { SnapshotError } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import type { SnapshotLike } from '../../../../src/reconcile/options.ts'
import { canReopen, openPages } from '../../../../src/reconcile/reading/open-pages.ts'

interface Numbered {
  readonly sku: number
}

const rows = (count: number): Numbered[] => Array.from({ length: count }, (_, sku) => ({ sku }))

async function* later(items: readonly Numbered[]): AsyncGenerator<Numbered> {
  for (const item of items) yield await Promise.resolve(item)
}

function* now(items: readonly Numbered[]): Generator<Numbered> {
  yield* items
}

/** The items of each page. */
async function pagesOf(like: SnapshotLike<Numbered>): Promise<unknown[][]> {
  const pages = openPages(like, 'east', { signal: new AbortController().signal })
  const read: unknown[][] = []
  for (let page = await pages.next(); page.done !== true; page = await pages.next())
    read.push(page.value.map(({ item }) => item))
  return read
}

test.each([
  ['an array', (items: readonly Numbered[]) => items],
  ['a set', (items: readonly Numbered[]) => new Set(items)],
  ['a generator', now],
  ['an asynchronous generator', later],
])('%s is read in pages of a thousand rows', async (_, give) => {
  expect(await pagesOf(give([]))).toEqual([])
  expect(await pagesOf(give(rows(3)))).toEqual([rows(3)])
  expect(await pagesOf(give(rows(1_000)))).toEqual([rows(1_000)])
  expect(await pagesOf(give(rows(1_001)))).toEqual([rows(1_000), [{ sku: 1_000 }]])
})

test('what is both is read as the snapshot that it is', async () => {
  const both = Object.assign(rows(2), {
    order: 'none' as const,
    async *pages() {
      yield await Promise.resolve([{ key: 'A', item: { sku: 7 } }])
      return { startedAt: new Date(0), endedAt: new Date(0), complete: true }
    },
  })
  expect(await pagesOf(both)).toEqual([[{ sku: 7 }]])
  expect(canReopen(both)).toBe(true)
})

test.each([[undefined], [null], [7], ['rows'], [{}], [() => rows(1)], [true]])(
  'a place that is %j is refused by its name',
  (given) => {
    expect(() => openPages(given as never, 'east', { signal: new AbortController().signal })).toThrow(
      new SnapshotError('"east" is no snapshot. Give a snapshot, or rows as an array or an async iterable.'),
    )
  },
)

test('a collection can be read twice, and what is used up cannot', () => {
  expect(canReopen(rows(1))).toBe(true)
  expect(canReopen(new Set(rows(1)))).toBe(true)
  expect(canReopen({ order: 'none', pages: () => Promise.reject(new Error('not asked')) as never })).toBe(true)
  expect(canReopen(now(rows(1)))).toBe(false)
  expect(canReopen(later(rows(1)))).toBe(false)
})

test("a snapshot's pages are its own, opened with the context of the run", () => {
  const context = { signal: new AbortController().signal, after: 'A' }
  const pages = { next: async () => Promise.resolve({ done: true as const, value: undefined }) }
  const told: unknown[] = []
  const open = (given: unknown) => {
    told.push(given)
    return pages
  }
  expect(openPages({ order: 'none', pages: open }, 'east', context)).toBe(pages)
  expect(told).toEqual([context])
})
