import { createReconcileHandler, reconcile, type Lock } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { memoryTable } from '../../support/memory-table.ts'
import { contextFor, keptLines, never } from '../../support/sync-kit.ts'

const rows = [{ sku: 'A', quantity: 5 }]
const lease = { renew: async () => undefined, release: async () => undefined }

/** East lacks what the table holds. */
function handlerWith(lock: unknown, clock = manualClock(), rules: object = {}) {
  const east = memoryTarget()
  const given = { mode: 'apply', maxRepairRatio: 1, clock, table: memoryTable(rows), lock: lock as Lock } as const
  return { east, clock, handler: createReconcileHandler({ ...given, targets: { east }, ...rules }) }
}

describe('P11 a lock that hangs, fails or answers garbage', () => {
  test.each([
    ['hangs', never],
    ['fails', () => Promise.reject(new Error('down'))],
    ['throws', () => { throw new Error('down') }], // prettier-ignore
    ['answers with null', async () => null],
    ['answers with no lease', async () => ({})],
    ['answers with yes', async () => true],
  ])('one that %s is held by somebody else, and the answer comes in time', async (_, acquire) => {
    const { east, clock, handler } = handlerWith({ acquire })
    const report = await clock.settle(handler({}, contextFor(clock, 4_000)))
    expect(report).toMatchObject({ stoppedBy: 'lock', verdict: 'unknown' })
    expect(clock.monotonic()).toBeLessThanOrEqual(3_000)
    expect(east.changes()).toEqual([])
  })

  test.each<readonly [string, () => unknown, string | undefined]>([
    ['hangs', never, '"lock" did not answer within 5,000 ms.'],
    ['fails', () => Promise.reject(new Error('down')), '"lock" threw an unknown error (Error).'],
    ['answers with no lease', async () => ({}), 'The lock answered with something that is no lease.'],
    ['is held by somebody else', async () => undefined, undefined],
    ['is held, and says so with null', async () => null, undefined],
  ])('one that %s: the log says why it was not taken', async (_, acquire, reason) => {
    const { lines, logger } = keptLines()
    const { clock, handler } = handlerWith({ acquire }, manualClock(), { logger })
    await clock.settle(handler({}))
    const line = ['error', 'The lock did not answer: nothing is compared.', { code: 'TARGET_UNAVAILABLE', reason }]
    expect(lines.filter(([level]) => level === 'error')).toEqual(reason === undefined ? [] : [line])
  })

  test('without a deadline it is waited for 5 s', async () => {
    const { clock, handler } = handlerWith({ acquire: never })
    expect(await clock.settle(handler({}))).toMatchObject({ stoppedBy: 'lock' })
    expect(clock.monotonic()).toBe(5_000)
  })

  test('one that the caller does not want to wait for', async () => {
    const clock = manualClock()
    const stop = new AbortController()
    const rules = { mode: 'apply', clock, targets: { east: memoryTarget() }, lock: { acquire: never } } as const
    const work = reconcile({ source: rows, warehouses: { east: [] } }, { ...rules, signal: stop.signal })
    await clock.advance(100)
    stop.abort()
    expect(await clock.settle(work)).toMatchObject({ stoppedBy: 'lock' })
    expect(clock.monotonic()).toBe(100)
  })

  test('after the answer nothing starts: a lease that comes too late runs out by itself', async () => {
    let released = 0
    const clock = manualClock()
    const acquire = async () => {
      await clock.sleep(6_000)
      return {
        ...lease,
        release: async () => {
          released++
        },
      }
    }
    await clock.settle(handlerWith({ acquire }, clock).handler({}))
    await clock.advance(2_000)
    expect([clock.monotonic(), released]).toEqual([7_000, 0])
  })

  test('a release that hangs holds the answer until the deadline only', async () => {
    const { east, clock, handler } = handlerWith({ acquire: async () => ({ ...lease, release: never }) })
    const report = await clock.settle(handler({}, contextFor(clock, 13_000)))
    expect(report.warehouses.east.repairs.applied).toBe(1)
    expect(clock.monotonic()).toBeLessThan(13_000)
    expect(east.items()).toEqual(rows)
  })

  test('without a deadline a release that hangs is left after 5 s', async () => {
    const { clock, handler } = handlerWith({ acquire: async () => ({ ...lease, release: never }) })
    await clock.settle(handler({}))
    expect(clock.monotonic()).toBe(15_000) // 10 s to settle
  })

  test.each([
    ['throws', () => { throw new Error('down') }], // prettier-ignore
    ['fails', () => Promise.reject(new Error('down'))],
  ])('a release that %s harms nothing', async (_, release) => {
    const { clock, handler } = handlerWith({ acquire: async () => ({ ...lease, release }) })
    expect((await clock.settle(handler({}))).warehouses.east.repairs.applied).toBe(1)
  })

  test.each([
    ['hangs', never],
    ['fails', () => Promise.reject(new Error('lost'))],
  ])('a renewal that %s stops the run before it repairs', async (_, renew) => {
    const { east, clock, handler } = handlerWith({ acquire: async () => ({ ...lease, renew }) }, manualClock(), {
      settleMs: 40_000,
    })
    expect(await clock.settle(handler({}))).toMatchObject({ stoppedBy: 'lock' })
    expect(clock.monotonic()).toBeLessThan(40_000)
    expect(east.changes()).toEqual([])
  })

  test('a lease that is renewed lasts', async () => {
    let renewed = 0
    const renew = async () => {
      renewed++
    }
    const { east, clock, handler } = handlerWith({ acquire: async () => ({ ...lease, renew }) }, manualClock(), {
      settleMs: 70_000,
    })
    await clock.settle(handler({}))
    expect([renewed, east.items()]).toEqual([3, rows])
  })
})

test.each([
  [undefined, 'reconcile'],
  [{ index: 1, count: 4 }, 'reconcile/1-of-4'],
  [{ after: 'A' }, 'reconcile/A..'],
  [{ until: 'M' }, 'reconcile/..M'],
  [{ after: 'A', until: 'M' }, 'reconcile/A..M'],
  [{ index: 0, count: 2, until: 'M' }, 'reconcile/0-of-2/..M'],
])('a run of the whole and each part of one have locks of their own: %j, %s', async (partition, name) => {
  const names: string[] = []
  const acquire = async (asked: string) => void names.push(asked)
  await handlerWith({ acquire }).handler({ partition })
  expect(names).toEqual([name])
})

test('a run that repairs nothing takes no lock', async () => {
  const { clock, handler } = handlerWith({ acquire: async () => undefined }, manualClock(), { mode: 'plan' })
  expect(await clock.settle(handler({}))).toMatchObject({ verdict: 'drift', warehouses: { east: { missing: 1 } } })
})
