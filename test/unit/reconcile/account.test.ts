import { reconcile, type Drift, type InventoryItem, type SnapshotEntry } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { tell } from '../../../src/reconcile/account.ts'
import { resolveSettings } from '../../../src/reconcile/settings.ts'
import { ending } from '../../../src/runtime/ending.ts'
import type { Invocation } from '../../../src/runtime/invocation.ts'
import { drift } from '../../support/reports.ts'
import { never } from '../../support/sync-kit.ts'

const sku = (name: string, quantity: number): InventoryItem => ({ sku: name, quantity })

/** A logger that keeps its lines. */
function kept() {
  const lines: unknown[] = []
  const keep = (...line: readonly unknown[]) => void lines.push(line)
  return { lines, logger: { info: () => undefined, warn: keep, error: keep } }
}

/** A warehouse that lacked what it holds at the second look. */
async function secondLook(read: () => Promise<readonly SnapshotEntry[]>) {
  const { lines, logger } = kept()
  const clock = manualClock()
  const east = { target: { apply: async () => 'applied' as const, read }, retry: { maxAttempts: 1 } }
  const source = [sku('A', 1), sku('B', 2)]
  const work = reconcile({ source, warehouses: { east: [] } }, { clock, logger, targets: { east } })
  return { report: await clock.settle(work), lines }
}

describe('the second look', () => {
  test('finds rows that were in flight to be equal, and is silent', async () => {
    const { report, lines } = await secondLook(async () => [{ item: sku('A', 1) }, { item: sku('B', 2) }])
    expect(report.verdict).toBe('equal')
    expect(report.warehouses.east).toMatchObject({ inFlight: 2, missing: 0, expected: 2, equal: 2, complete: true })
    expect(lines).toEqual([])
  })

  test('that fails finds nothing equal, and says which warehouse is not known', async () => {
    const { report, lines } = await secondLook(() => Promise.reject(new TypeError('down')))
    expect(report.verdict).toBe('unknown')
    expect(report.warehouses.east).toMatchObject({ inFlight: 0, missing: 0, expected: 2, equal: 0, complete: false })
    expect(lines).toEqual([
      [
        'Differences could not be looked at again.',
        { rows: 2, warehouse: 'east', reason: expect.any(String) as string },
      ],
    ])
  })
})

describe('onDrift', () => {
  const found = [drift({ key: 'A' }), drift({ key: 'B' }), drift({ key: 'C' })].map((one) => ({ drift: one }))
  type Told = (one: Drift<InventoryItem>) => void | Promise<void>

  /** Tells of three rows. */
  function telling(onDrift: Told | undefined) {
    const { lines, logger } = kept()
    const cut = ending()
    const settings = resolveSettings<InventoryItem>({ onDrift, logger })
    return { cut, lines, work: tell(found, settings, { cut } as unknown as Invocation) }
  }

  test('is told of every row, one after the other', async () => {
    const events: string[] = []
    const { work, lines } = telling(async ({ key }) => {
      events.push(key)
      await Promise.resolve()
      await Promise.resolve()
      events.push('done')
    })
    await work
    expect(events).toEqual(['A', 'done', 'B', 'done', 'C', 'done'])
    expect(lines).toEqual([])
  })

  test('may be left out', async () => {
    const { work, lines } = telling(undefined)
    await work
    expect(lines).toEqual([])
  })

  test('that fails is told of the other rows all the same, and its faults are counted', async () => {
    const told: string[] = []
    const { work, lines } = telling(({ key }) => {
      told.push(key)
      if (key === 'A') throw new Error('full')
      return key === 'B' ? Promise.reject(new Error('full')) : undefined
    })
    await work
    expect(told).toEqual(['A', 'B', 'C'])
    expect(lines).toEqual([['onDrift failed.', { rows: 2 }]])
  })

  test('that hangs is left at the end of the time, and told no more', async () => {
    const told: string[] = []
    const { cut, work } = telling(({ key }) => {
      told.push(key)
      return never()
    })
    cut.end()
    await work
    expect(told).toEqual(['A'])
  })
})
