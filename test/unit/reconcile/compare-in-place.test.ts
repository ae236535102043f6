import { asStored } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { compareInPlace } from '../../../src/reconcile/in-place.ts'
import { placeReader } from '../../../src/reconcile/reading/place-reader.ts'
import type { Run } from '../../../src/reconcile/run.ts'
import { resolveSettings } from '../../../src/reconcile/settings.ts'
import { emptyTally, type Found, type Part, type Tally } from '../../../src/reconcile/tally.ts'
import { never } from '../../support/sync-kit.ts'

type Stock = Readonly<Record<string, unknown>>

const item = { schema: asStored<Stock>(), key: ['sku'], fields: ['quantity'] } as const
const three = "(SELECT unnest(['A', 'B', 'C']) AS sku, unnest([1, 2, 3]) AS quantity)"

describe('a comparison in place', () => {
  /** Compares three rows with others; `hasEnded`: the run ended meanwhile, `isOver`: no more is to be looked at. */
  async function compared(relation: string, { hasEnded = false, isOver = false } = {}) {
    const settings = resolveSettings<Stock>({ item })
    const east = { name: 'east', snapshot: [], route: undefined, accepts: undefined }
    const { signal } = new AbortController()
    const invocation = { cut: { signal: () => signal, hasEnded: () => hasEnded } }
    const reader = (name: string) =>
      placeReader({ place: name, keyNames: ['sku'] }, { next: never, close: () => undefined }, {} as never)
    const places = { source: reader('source'), held: [reader('east')] }
    const tallies = [emptyTally()]
    const look = { sourceRows: 0, finished: false }
    const batches = compareInPlace<Stock>(
      { settings, invocation } as unknown as Run<Stock>,
      { source: three, warehouses: { east: relation } },
      places,
      { warehouses: [east], tallies, settings, isItem: true },
      look,
      { batchPairs: 10, isOver: () => isOver },
    )
    const found: string[] = []
    for await (const { suspects } of batches) found.push(...suspects.map((pair) => `${pair.found} ${pair.key}`))
    const ends = [places.source, ...places.held].map(({ ended, complete, error }) => ({ ended, complete, error }))
    return { look, tally: tallies[0]!, suspects: found, ends }
  }

  function tallyOf(rows: number, parts: Partial<Record<Found, Partial<Part>>>): Tally {
    const { parts: none, ...rest } = emptyTally()
    const { both, source, warehouse } = parts
    const all = { both: { ...none.both, ...both }, source: { ...none.source, ...source } }
    return { ...rest, rows, parts: { ...all, warehouse: { ...none.warehouse, ...warehouse } } }
  }

  const other = "(SELECT unnest(['A', 'B', 'D']) AS sku, unnest([1, 7, 4]) AS quantity)"
  const broken = `(SELECT 'A' AS sku, 2 AS quantity, CASE WHEN random() < 2 THEN error('gone') END AS note)`
  const open = { ended: false, complete: false, error: undefined }
  const closed = { ended: true, complete: true, error: undefined }

  test('counts every key once, equal or not, and has read all places to their end', async () => {
    expect(await compared(other)).toEqual({
      look: { sourceRows: 3, finished: true },
      tally: tallyOf(3, {
        both: { expected: 2, keys: 2 },
        source: { expected: 1, keys: 1 },
        warehouse: { keys: 1 },
      }),
      suspects: ['both B', 'source C', 'warehouse D'],
      ends: [closed, closed],
    })
  })

  test('that is over leaves what differs, and no place is said to have ended', async () => {
    expect(await compared(other, { isOver: true })).toEqual({
      look: { sourceRows: 1, finished: false },
      tally: tallyOf(1, { both: { expected: 1, keys: 1 } }),
      suspects: [],
      ends: [open, open],
    })
  })

  test('that fails has broken off everywhere, unless the run has ended', async () => {
    const gone = { ended: true, complete: false, error: expect.any(Error) as Error }
    const [failed, stopped] = [await compared(broken), await compared(broken, { hasEnded: true })]
    expect(failed).toMatchObject({ look: { finished: true }, suspects: [], ends: [gone, gone] })
    expect(stopped).toMatchObject({ look: { finished: false }, suspects: [], ends: [open, open] })
  })
})
