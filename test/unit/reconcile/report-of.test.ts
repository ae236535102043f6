import { reconcile } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import type { Looked } from '../../../src/reconcile/first-look.ts'
import { reportOf } from '../../../src/reconcile/report-of.ts'
import type { StoppedBy } from '../../../src/reconcile/report.ts'
import type { Run } from '../../../src/reconcile/run.ts'
import { sample } from '../../../src/reconcile/sample.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'
import { drift, warehouseReport } from '../../support/reports.ts'

const times = { startedAt: 1_000, clock: { now: () => 2_000 } }
const run = { runId: 'run-1', invocation: times } as unknown as Run<never>
const nothing = warehouseReport({ rows: 0, expected: 0, equal: 0, equalAfter: 0 })

/** A run over two empty warehouses that found them equal. */
function reported(facts: Partial<Looked<never>> = {}, stoppedBy?: StoppedBy, resumeFrom?: string) {
  const looked: Looked<never> = {
    ...{ sourceRows: 0, invalid: 0, lagging: false, finished: true, decidedUpTo: undefined },
    readOf: () => ({ source: true, warehouse: true }),
    sampleOf: () => sample(),
    ...facts,
  }
  const tallies = new Map(['east', 'west'].map((name) => [name, emptyTally()]))
  return reportOf(run, { looked, tallies, stoppedBy, resumeFrom })
}

describe('a report', () => {
  test('of a run that found all equal', () => {
    expect(reported()).toStrictEqual({
      ...{ runId: 'run-1', startedAt: new Date(1_000), endedAt: new Date(2_000), sourceRows: 0, invalid: 0 },
      ...{ verdict: 'equal', warehouses: { east: nothing, west: nothing }, sample: [] },
    })
  })

  test.each([
    ['of a stream that lags', { lagging: true }],
    ['that did not come to the end', { finished: false }],
    ['of a source that broke off', { readOf: () => ({ source: false, warehouse: true }) }],
    ['of a warehouse that broke off', { readOf: (name: string) => ({ source: true, warehouse: name !== 'west' }) }],
  ])('%s knows no verdict', (_, facts) => {
    expect(reported(facts).verdict).toBe('unknown')
  })

  test.each([
    ['deadline', 'equal', { resumeFrom: 'K' }],
    ['maxRepairs', 'equal', { resumeFrom: 'K' }],
    ['lock', 'unknown', { resumeFrom: 'K' }],
    ['maxRepairRatio', 'equal', {}],
    ['lag', 'equal', {}],
  ] as const)('of a run that was stopped by %s', (stoppedBy, verdict, rest) => {
    expect(reported({}, stoppedBy, 'K')).toStrictEqual({ ...reported(), verdict, stoppedBy, ...rest })
    expect(Object.keys(reported({}, stoppedBy))).not.toContain('resumeFrom')
  })

  test('shows of its samples only what counts', () => {
    const sampleOf = (warehouse: string, found: string) => {
      const one = sample<never>()
      one.add(drift({ warehouse, key: found }) as never)
      return one
    }
    const readOf = (name: string) => ({ source: true, warehouse: name === 'west' })
    const shown = reported({ sampleOf, readOf }).sample.map(({ warehouse, key }) => `${warehouse} ${key}`)
    expect(shown).toEqual(['east both', 'west both', 'west source', 'east warehouse', 'west warehouse'])
  })
})

test('a run that somebody else keeps from starting reports that nothing is known, and where to begin', async () => {
  const clock = manualClock()
  const options = { clock, mode: 'apply', resumeFrom: 'K', lock: { acquire: async () => undefined } } as const
  const east = { apply: async () => 'applied' as const }
  const work = reconcile({ source: [], warehouses: { east: [] } }, { ...options, targets: { east } })
  const at = new Date(clock.now())
  expect(await clock.settle(work)).toStrictEqual({
    ...{ runId: expect.any(String) as string, startedAt: at, endedAt: at, sourceRows: 0, invalid: 0 },
    ...{ verdict: 'unknown', stoppedBy: 'lock', resumeFrom: 'K', sample: [] },
    warehouses: { east: { ...nothing, complete: false } },
  })
})
