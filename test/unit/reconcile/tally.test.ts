import { describe, expect, test } from 'vitest'
import { counted, driftOf, emptyTally, isCounted, isMendable, warehouseReport } from '../../../src/reconcile/tally.ts'
import type { Tally } from '../../../src/reconcile/tally.ts'
import { warehouseReport as cleanReport } from '../../support/reports.ts'

const both = { source: true, warehouse: true }
const sourceOnly = { source: true, warehouse: false }
const warehouseOnly = { source: false, warehouse: true }
const neither = { source: false, warehouse: false }

test.each([
  ['both', [true, true, true, true]],
  ['source', [true, false, true, false]],
  ['warehouse', [true, true, false, false]],
] as const)('what was found at %s counts if the other side was read to its end', (found, answers) => {
  expect([both, sourceOnly, warehouseOnly, neither].map((read) => isCounted(found, read))).toEqual(answers)
})

test.each([
  ['missing', [true, false, true, false]],
  ['orphan', [true, true, false, false]],
  ['mismatch', [true, true, true, true]],
  ['duplicate', [true, true, true, true]],
] as const)('a row that is called %s may be mended', (kind, answers) => {
  expect([both, sourceOnly, warehouseOnly, neither].map((read) => isMendable(kind, read))).toEqual(answers)
})

/** Every count of its own, so that none can stand for another: of both 1, 2, …, of the source 100 times, of the warehouse 10,000 times as much. */
function full(): Tally {
  const tally = emptyTally()
  for (const [found, factor] of [
    ['both', 1],
    ['source', 100],
    ['warehouse', 10_000],
  ] as const) {
    const part = tally.parts[found]
    Object.assign(part, { expected: 16 * factor, keys: 9 * factor, unequal: 4 * factor })
    Object.assign(part, { unitsSigned: -3 * factor, unitsAbsolute: 5 * factor })
    const kinds = { missing: factor, mismatch: 2 * factor, orphan: 3 * factor, duplicate: 4 * factor }
    Object.assign(part.counts, { ...kinds, inFlight: 5 * factor, unstable: 6 * factor })
    Object.assign(part.planned, kinds)
    Object.assign(part.repairable, { missing: factor, mismatch: factor, orphan: factor, duplicate: 0 })
  }
  return tally
}

describe('counts', () => {
  test.each([
    [both, 10_101, 10, 3],
    [sourceOnly, 10_001, 9, 2],
    [warehouseOnly, 101, 7, 2],
    [neither, 1, 6, 1],
  ])('with %o are those of what is known', (read, factor, planned, repairable) => {
    expect(counted(full(), read)).toEqual({
      ...{ expected: 16 * factor, keys: 9 * factor, unequal: 4 * factor },
      ...{ unitsSigned: -3 * factor, unitsAbsolute: 5 * factor },
      counts: {
        ...{ missing: factor, mismatch: 2 * factor, orphan: 3 * factor, duplicate: 4 * factor },
        ...{ inFlight: 5 * factor, unstable: 6 * factor },
      },
      ...{ planned: planned * factor, repairable: repairable * factor },
    })
  })

  test('add up to the drift', () => {
    expect(driftOf(counted(full(), neither))).toBe(10)
  })
})

describe("a warehouse's report", () => {
  test('states what is known of it', () => {
    const repairs = { applied: 5, stale: 1, conflicted: 2, failed: 3 }
    const report = warehouseReport({ ...full(), rows: 30, mended: 3, repairs }, neither)
    expect(report).toEqual({
      ...{ rows: 30, missing: 1, mismatch: 2, orphan: 3, duplicate: 4, inFlight: 5, unstable: 6 },
      ...{ unitsSigned: -3, unitsAbsolute: 5, expected: 16, equal: 12, equalAfter: 15 },
      ...{ accuracyPercent: 75, accuracyAfterPercent: 93.75, complete: false },
      repairs: { planned: 6, ...repairs },
    })
  })

  test('of one that holds and should hold nothing is right, and complete if it was read and all was decided', () => {
    const empty = cleanReport({ rows: 0, expected: 0, equal: 0, equalAfter: 0 })
    expect(warehouseReport(emptyTally(), both)).toEqual(empty)
    expect(warehouseReport(emptyTally(), sourceOnly)).toEqual({ ...empty, complete: false })
    expect(warehouseReport({ ...emptyTally(), complete: false }, both)).toEqual({ ...empty, complete: false })
  })
})
