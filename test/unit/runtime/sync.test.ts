import { createStreamSyncHandler, inventoryItem } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryMetrics, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { resolveSync } from '../../../src/runtime/sync.ts'
import { scriptedBatches, scriptedTarget } from '../../support/sync-kit.ts'

describe('a sync of targets alone', () => {
  const target = { apply: async () => 'applied' as const }
  const alone = () => resolveSync({ targets: { west: target } })

  test('has every default', () => {
    const sync = alone()
    expect(sync).toMatchObject({
      item: inventoryItem,
      keyNames: ['sku'],
      versionAttribute: undefined,
      filters: [undefined],
      filtered: false,
      dlq: undefined,
      tracer: undefined,
      ttl: 'propagate',
      origin: undefined,
      deadlineMarginMs: 1_000,
      epochs: {},
      highestEpoch: 0,
    })
    expect(sync.emitters).toEqual([])
  })

  test('has a route for each with every default: not guarded, one change a call, stalling without a DLQ', () => {
    const { breaker, ...route } = alone().routes[0]!
    expect(route).toEqual({
      name: 'west',
      index: 0,
      target,
      guarded: false,
      accepts: undefined,
      batchSize: 1,
      concurrency: 10,
      timeoutMs: 5_000,
      retry: { maxAttempts: 3, minDelayMs: 100, maxDelayMs: 2_000 },
      onUnavailable: 'stall',
      dlq: undefined,
    })
    expect(breaker?.isClosed()).toBe(true)
  })
})

test('a route’s own settings are taken, and a breaker that is switched off is none', () => {
  const [dlq, clock] = [memoryDlq(), manualClock()]
  const target = scriptedBatches(() => [], 7)
  const settings = { timeoutMs: 50, concurrency: 2, retry: { maxAttempts: 1, minDelayMs: 2, maxDelayMs: 3 } }
  const sync = resolveSync({ targets: { west: { target, breaker: false, ...settings } }, dlq, clock })
  expect(sync.routes[0]).toMatchObject({
    ...settings,
    guarded: true,
    batchSize: 7,
    breaker: undefined,
    onUnavailable: 'park',
    dlq,
  })
})

test('one emitter is a list of one', () => {
  const metrics = memoryMetrics()
  const targets = { west: memoryTarget() }
  expect(resolveSync({ targets, metrics }).emitters).toEqual([metrics])
  expect(resolveSync({ targets, metrics: [metrics, metrics] }).emitters).toEqual([metrics, metrics])
})

test('what a configuration gives up is said once for each target that it is true of', () => {
  const lines: (readonly unknown[])[] = []
  const line = (...told: readonly unknown[]) => void lines.push(told)
  const [guarded, open] = [scriptedTarget(), scriptedTarget(undefined, false)]
  const dlq = memoryDlq()
  createStreamSyncHandler({
    targets: {
      fine: { target: guarded, dlq },
      open: { target: open, dlq },
      stalling: { target: open, dlq, onUnavailable: 'stall' },
      bare: guarded,
    },
    logger: { info: line, warn: line, error: line },
  })
  expect(lines).toEqual([
    [expect.stringContaining('"open" is not guarded') as unknown, { target: 'open' }],
    [expect.stringContaining('"bare" has no DLQ') as unknown, { target: 'bare' }],
  ])
})
