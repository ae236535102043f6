import { describe, expect, test } from 'vitest'
import type { Snapshot, SnapshotEntry } from '../../../../src/ports/snapshot.ts'
import type { NextPage, PageReader } from '../../../../src/reconcile/reading/next-page.ts'
import { sortedPages, type RowSorter, type Sorting } from '../../../../src/reconcile/reading/sort-pages.ts'

const rowsOf = { place: 'east', keyNames: ['sku'] }
const entry = (sku: string): SnapshotEntry => ({ item: { sku } })
const page = (...skus: readonly string[]) => ({ entries: skus.map(entry) })
const whole = { summary: { complete: true } }
const snapshot: Snapshot = { order: 'none', pages: () => (async function* () {})() }

/** Keys of four digits, the last first. */
const backwards = (count: number) => Array.from({ length: count }, (_, n) => String(count - 1 - n).padStart(4, '0'))

/** Sorts a place of these pages, as one of the caller's own rows or as a snapshot; keeps what became of it. */
function sorting(of: 'rows' | 'snapshot', answers: readonly NextPage[], given: Partial<Sorting> = {}) {
  const left = [...answers]
  const calls: unknown[] = []
  const pages: PageReader = {
    next: async () => Promise.resolve(left.shift() ?? whole),
    close: () => void calls.push('pages closed'),
  }
  const kept: { readonly key: string; readonly row: Uint8Array }[] = []
  const sorter: RowSorter = {
    async add(keys, rows) {
      calls.push(keys)
      kept.push(...keys.map((key, n) => ({ key, row: Uint8Array.from(rows[n] ?? []) })))
      return Promise.resolve()
    },
    async *sorted() {
      const order = kept.toSorted((a, b) => (a.key < b.key ? -1 : 1))
      for (const { key, row } of order) yield await Promise.resolve({ keys: [key], rows: [row] })
    },
    close: async () => Promise.resolve(void calls.push('sorter closed')),
  }
  const { signal } = new AbortController()
  const own: Sorting = {
    limits: { rows: 3, bytes: 1e6 },
    sorter: async () => Promise.resolve(sorter),
    signal,
    wanted: undefined,
  }
  const reader = sortedPages(of === 'rows' ? [] : snapshot, rowsOf, pages, { ...own, ...given })
  return { reader, calls, sorter }
}

/** All pages of a place, the last of which is its end. */
async function all(reader: PageReader): Promise<readonly NextPage[]> {
  const pages: NextPage[] = []
  do pages.push(await reader.next())
  while ('entries' in (pages.at(-1) as NextPage))
  return pages
}

describe.each(['rows', 'snapshot'] as const)('a place without order, of %s', (of) => {
  const limits = { rows: 1e6, bytes: 1e6 }

  test('comes in the order of keys, the wanted ones', async () => {
    const wanted = (key: string) => key !== 'C'
    const { reader, calls } = sorting(of, [page('D', 'C'), page('A'), page('B', 'A')], { limits, wanted })
    expect(await all(reader)).toEqual([page('A', 'A', 'B', 'D'), whole])
    expect(calls).toEqual([])
  })

  test.each([0, 999, 1_000, 1_001])('comes in pages of 1,000, none of them empty: %i', async (count) => {
    const keys = backwards(count)
    const { reader } = sorting(of, [page(...keys)], { limits })
    const sorted = keys.toReversed()
    const pages = [sorted.slice(0, 1_000), sorted.slice(1_000)].filter(({ length }) => length > 0)
    expect(await all(reader)).toEqual([...pages.map((skus) => page(...skus)), whole])
  })

  test.each<NextPage>([{ error: 'down' }, { cut: true }])('that breaks off gives what was read: %j', async (end) => {
    const { reader } = sorting(of, [page('B', 'A'), end], { limits })
    expect(await all(reader)).toEqual([page('A', 'B'), end])
  })

  test('is refused for a row without a key', async () => {
    const { reader } = sorting(of, [{ entries: [{ item: {} }] }], { limits })
    await expect(reader.next()).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
  })
})

test.each([
  ['nothing', undefined, true],
  ['null', null, true],
  ['so many rows', { rows: 3 }, true],
  ['other rows', { rows: 2 }, false],
  ['that they are not all', { complete: false, rows: 3 }, false],
])(
  'a snapshot of which only some rows are wanted is whole by all that it gave: it says %s',
  async (_, summary, complete) => {
    const { reader } = sorting('snapshot', [page('B', 'A'), page('C'), { summary }], { wanted: (key) => key !== 'C' })
    expect(await all(reader)).toEqual([page('A', 'B'), { summary: { complete } }])
  },
)

describe('rows of a snapshot are sorted on disk', () => {
  test('when they are more than the limit, then page by page', async () => {
    const within = sorting('snapshot', [page('C', 'B'), page('A')])
    expect(await all(within.reader)).toEqual([page('A', 'B', 'C'), whole])
    expect(within.calls).toEqual([])
    const beyond = sorting('snapshot', [page('D', 'C'), page('B', 'A'), page('E')])
    expect(await all(beyond.reader)).toEqual([...['A', 'B', 'C', 'D', 'E'].map((sku) => page(sku)), whole])
    expect(beyond.calls).toEqual([['D', 'C', 'B', 'A'], ['E'], 'sorter closed'])
  })

  test('when they take more bytes than the limit', async () => {
    const sizes = sorting('snapshot', [page('B', 'A')], { limits: { rows: 0, bytes: 0 } })
    const rows: Uint8Array[] = []
    await all(
      sortedPages(snapshot, rowsOf, pagesOnce(page('B', 'A')), {
        limits: { rows: 0, bytes: 0 },
        sorter: async () =>
          Promise.resolve({ ...sizes.sorter, add: async (_, some) => Promise.resolve(void rows.push(...some)) }),
        signal: new AbortController().signal,
        wanted: undefined,
      }),
    )
    const bytes = rows.reduce((sum, row) => sum + 1 + row.length + 16, 0)
    const within = sorting('snapshot', [page('B', 'A')], { limits: { rows: 9, bytes } })
    expect(await all(within.reader)).toEqual([page('A', 'B'), whole])
    expect(within.calls).toEqual([])
    const beyond = sorting('snapshot', [page('B', 'A')], { limits: { rows: 9, bytes: bytes - 1 } })
    expect(await all(beyond.reader)).toEqual([page('A'), page('B'), whole])
    expect(beyond.calls).toEqual([['B', 'A'], 'sorter closed'])
  })

  test('a thousand at a time, and nothing where no row is wanted', async () => {
    const keys = backwards(1_000)
    const pages = [page(...keys), page('x', 'x')]
    const { reader, calls } = sorting('snapshot', pages, { wanted: (key) => key !== 'x' })
    expect((await all(reader)).length).toBe(1_001)
    expect(calls).toEqual([keys, 'sorter closed'])
    const more = sorting('snapshot', [page(...keys, 'x')])
    expect((await all(more.reader)).length).toBe(1_002)
    expect(more.calls).toEqual([keys, ['x'], 'sorter closed'])
  })

  test.each([
    ['as a cut where the run ended', true],
    ['as it is where it did not', false],
  ])('and an error of that is told %s; what was put aside is given back', async (_, isAborted) => {
    const error = new Error('The disk is full.')
    const signal = isAborted ? AbortSignal.abort() : new AbortController().signal
    const { sorter, calls } = sorting('snapshot', [])
    const broken: RowSorter = { ...sorter, add: async () => Promise.reject(error) }
    const reader = sortedPages(snapshot, rowsOf, pagesOnce(page('A')), {
      ...{ limits: { rows: 0, bytes: 0 }, wanted: undefined, signal },
      sorter: async () => Promise.resolve(broken),
    })
    if (isAborted) expect(await reader.next()).toEqual({ cut: true })
    else await expect(reader.next()).rejects.toBe(error)
    expect(calls).toEqual(['sorter closed'])
  })

  test('and are given back when the place is let go before its end', async () => {
    const { reader, calls } = sorting('snapshot', [page('B', 'A', 'D', 'C')])
    expect(await reader.next()).toEqual(page('A'))
    reader.close()
    await new Promise(setImmediate)
    expect(calls).toEqual([['B', 'A', 'D', 'C'], 'pages closed', 'sorter closed'])
  })
})

function pagesOnce(only: NextPage): PageReader {
  const left = [only]
  return { next: async () => Promise.resolve(left.shift() ?? whole), close: () => undefined }
}
