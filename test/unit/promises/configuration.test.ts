import {
  ConfigError,
  createQueueSyncHandler,
  createStreamSyncHandler,
  defineSync,
  type StreamSyncConfig,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'

const target = memoryTarget()
const both = { apply: () => Promise.resolve('applied'), applyBatch: () => Promise.resolve([]) }
const events = { sequenced: false, decode: () => [] }

/** The setting that is wrong, and the field that the error names. */
const wrong: readonly (readonly [string, object])[] = [
  ['targets', { targets: undefined }],
  ['targets', { targets: [target] }],
  ['targets', { targets: { '': target } }],
  ['targets.west', { targets: { west: undefined } }],
  ['targets.west.target', { targets: { west: {} } }],
  ['targets.west.target', { targets: { west: both } }],
  ['targets.west.concurrency', { targets: { west: { target, concurrency: 0 } } }],
  ['targets.west.timeoutMs', { targets: { west: { target, timeoutMs: Number.NaN } } }],
  ['targets.west.timeoutMs', { targets: { west: { target, timeoutMs: 2 ** 31 } } }],
  ['targets.west.retry.maxAttempts', { targets: { west: { target, retry: { maxAttempts: 0 } } } }],
  ['targets.west.breaker', { targets: { west: { target, breaker: { failures: 0, coolDownMs: 1 } } } }],
  ['targets.west.onUnavailable', { targets: { west: { target, onUnavailable: 'park' } } }],
  ['targets.west.batchSize', { targets: { west: { applyBatch: () => [], batchSize: 0 } } }],
  ['origin', { origin: { attribute: 'region', accept: ['eu'] }, targets: { west: target } }],
  ['item.version', { events, targets: { west: target } }],
  ['dlq', { dlq: {}, targets: { west: target } }],
  ['metrics', { metrics: [{}], targets: { west: target } }],
  ['epochs', { epochs: { arn: -1 }, targets: { west: target } }],
  ['ttl', { ttl: 'keep', targets: { west: target } }],
  ['deadlineMarginMs', { deadlineMarginMs: -1, targets: { west: target } }],
  ['coalesce', { coalesce: 'no', targets: { west: target } }],
  ['failureMode', { failureMode: 'panic', targets: { west: target } }],
]

function errorOf(make: () => unknown): ConfigError {
  try {
    make()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('P12 bad configuration fails at construction', () => {
  test.each(wrong)('P12 %s is named, with a remedy (%#)', (field, config) => {
    const error = errorOf(() => createStreamSyncHandler(config as StreamSyncConfig<never>))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.field).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}`))
    expect(error.message).toMatch(/\.$/)
  })

  test('P12 defineSync and the queue handler check, too', () => {
    expect(errorOf(() => defineSync({ targets: { west: both as never } })).field).toMatch(/^targets\.west/)
    const sync = { targets: { west: target }, dlq: memoryDlq() }
    expect(errorOf(() => createQueueSyncHandler(sync as never)).field).toBe('table')
    expect(errorOf(() => createQueueSyncHandler({ ...sync, mode: 'newest' } as never)).field).toBe('mode')
  })

  test('P12 what is given up is said once, at construction', () => {
    const lines: string[] = []
    const logger = { info: () => undefined, warn: (line: string) => void lines.push(line), error: () => undefined }
    createStreamSyncHandler({ targets: { west: memoryTarget(), east: memoryTarget() }, logger })
    expect(lines).toHaveLength(2)
    createStreamSyncHandler({ targets: { west: memoryTarget({ guarded: false }) }, dlq: memoryDlq(), logger })
    expect(lines).toHaveLength(3)
    expect(lines[2]).toContain('"west" is not guarded')
  })
})
