import { manualClock, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { DecodeError, TargetRejectedError } from '../../../src/errors.ts'
import { deliveryLetter, poisonLetter } from '../../../src/runtime/letters.ts'
import { resolveSync } from '../../../src/runtime/sync.ts'
import { insert, versionOf } from '../../support/sync-kit.ts'

const now = new Date('2026-03-01T10:00:00Z')
const syncOf = (random: () => number) =>
  resolveSync({ targets: { west: memoryTarget() }, clock: manualClock(now), random })

const record = streamRecord(insert('A1', 5, 1))
const change = {
  type: 'upsert' as const,
  id: 'A1#1',
  key: 'A1',
  keyAttributes: { sku: 'A1' },
  version: versionOf(record),
  changedAt: now,
  item: { sku: 'A1', quantity: 5 },
}

test('the letter of a delivery holds the change, its failure and the raw record', () => {
  const sync = syncOf(() => 1)
  const route = sync.routes[0]!
  const error = new TargetRejectedError('no')
  const failed = { status: 'failed', route, first: 0, attempts: 2, error, then: 'park' } as const
  expect(deliveryLetter({ ...failed, change: { ...change, record } }, sync)).toEqual({
    id: 'ffffffff'.repeat(4),
    type: 'delivery',
    target: 'west',
    key: 'A1',
    version: versionOf(record),
    change: 'upsert',
    code: 'TARGET_REJECTED',
    reason: 'no',
    attempts: 2,
    failedAt: now,
    record,
  })
  expect(deliveryLetter({ ...failed, change }, sync)).toBeUndefined()
})

test('the letter of a poison record tells at most 20 of what its schema found, a line each', () => {
  const issues = Array.from({ length: 21 }, (_, n) => ({ path: n === 0 ? '' : `tags.${n}`, message: 'is no text' }))
  const error = new DecodeError('It fails.', { issues })
  expect(
    poisonLetter(
      { position: 0, raw: record, error },
      syncOf(() => 0),
    ),
  ).toEqual({
    id: '0'.repeat(32),
    type: 'poison',
    code: 'RECORD_UNDECODABLE',
    reason: [
      'It fails.',
      'the item: is no text',
      ...Array.from({ length: 19 }, (_, n) => `tags.${n + 1}: is no text`),
    ].join('\n'),
    attempts: 0,
    failedAt: now,
    record,
  })
})
