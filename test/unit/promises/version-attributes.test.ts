import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  inventoryItem,
  type DeadLetter,
  type InventoryItem,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryMetrics, memoryTarget } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { versionIn } from '../../../src/reconcile/source.ts'
import { failedOf, queueEvent, scriptedTarget, sequence, tableOf } from '../../support/sync-kit.ts'

const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000'
const item = { ...inventoryItem, version: { attribute: 'v' } }
const clock = (text: string) => ({ S: text })

let count = 0
/** A write whose version attribute is this; another item each time unless named. */
function written(v: object, sku = `sku-${++count}`, before?: object): StreamRecord {
  const image = (version: object) => ({ sku: { S: sku }, quantity: { N: '1' }, v: version })
  return {
    eventName: before ? 'MODIFY' : 'INSERT',
    eventSourceARN: arn,
    dynamodb: {
      Keys: { sku: { S: sku } },
      NewImage: image(v),
      ...(before && { OldImage: image(before) }),
      SequenceNumber: sequence(++count),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  }
}
const good = (sku?: string) => written(clock('2026-03-01T10:00:00.000Z'), sku)
const odd = (sku?: string) => written(clock('2026-03-01'), sku)

function started() {
  const [west, dlq, metrics] = [memoryTarget(), memoryDlq(), memoryMetrics()]
  const handler = createStreamSyncHandler({ item, targets: { west }, dlq, metrics })
  const keys = (records: readonly StreamRecord[]) =>
    records.map(({ dynamodb }) => (dynamodb?.Keys as { sku: { S: string } }).sku.S)
  return { handler, west, dlq, metrics, keys }
}
const skusOf = (items: readonly InventoryItem[]) => items.map(({ sku }) => sku).sort()

describe('P7 a version attribute of another form than the table’s', () => {
  test.for([0, 1, 4])('is parked and blocks nobody, be it record %i of a cold start', async (place) => {
    const { handler, west, dlq, keys } = started()
    const usual = [good(), good(), good(), good()]
    const records = [...usual]
    records.splice(place, 0, odd())
    expect(failedOf(await handler({ Records: records }))).toEqual([])
    expect(skusOf(west.items())).toEqual(keys(usual).sort())
    expect(dlq.letters()).toMatchObject([{ type: 'poison', record: records[place] }])
    expect(dlq.letters()[0]?.reason).toContain('Use one form with constant length')
  })

  test('decides nothing where it comes alone and first, again and again', async () => {
    const { handler, west, dlq, keys } = started()
    const first = odd('odd')
    for (let n = 0; n < 150; n++) await handler({ Records: [first] })
    const usual = [good(), good(), good()]
    for (const record of usual) await handler({ Records: [record] })
    expect(skusOf(west.items())).toEqual(['odd', ...keys(usual)].sort())
    expect(dlq.letters()).toEqual([])
    await handler({ Records: [odd()] }) // by now it is known what is odd
    expect(dlq.letters()).toHaveLength(1)
  })
})

test('P2 a clock as hexadecimal text is never taken for an integer where it happens to be digits only', async () => {
  const { handler, west, dlq } = started()
  const clocks = ['00000000000000ff', '0000000000000100', '00000000000001a0', '0000000000000200']
  for (const text of clocks) await handler({ Records: [written(clock(text), 'A1')] })
  await handler({ Records: [written(clock('0000000000000150'), 'A1')] }) // late
  expect(dlq.letters()).toEqual([])
  expect(west.changes().map(({ version }) => version.split('/')[1])).toEqual(clocks)
})

test('P11 reconcile reads the same version from a row as the handler does from the stream', () => {
  const settings = { rule: () => undefined, sync: { versionAttribute: 'v', highestEpoch: 0 } } as never
  expect(versionIn({ v: '0000000000000100' }, settings)).toBe('000000/0000000000000100')
  expect(versionIn({ v: 42 }, settings)).toBe(`000000/${'42'.padStart(38, '0')}`)
  expect(() => versionIn({}, settings)).toThrow('"v" is no integer')
})

test('P2 a version attribute that went backwards is counted although the write changed no field', async () => {
  const metrics = memoryMetrics()
  const west = memoryTarget()
  const fields = ['quantity'] as const
  const handler = createStreamSyncHandler({ item: { ...item, fields }, targets: { west }, metrics })
  await handler({ Records: [written({ N: '1' }, 'A1', { N: '2' }), written({ N: '3' }, 'B2', { N: '2' })] })
  expect(west.changes()).toEqual([])
  expect(metrics.total('VersionRegressed')).toBe(1)
})

test('P2 the queue handler knows a form by the letters of deliveries, and refuses a poison letter of another', async () => {
  const west = scriptedTarget()
  const record = good('A1')
  const version = `000000/2026-03-01T10:00:00.000Z/2026-03-01T00:00:00.000/${(record.dynamodb?.SequenceNumber ?? '').padStart(40, '0')}`
  const facts = { code: 'TARGET_UNAVAILABLE', reason: '', attempts: 1, failedAt: new Date(0) } as const
  const letter: DeadLetter = {
    id: '1',
    type: 'delivery',
    target: 'west',
    key: 'A1',
    version,
    change: 'upsert',
    record,
    ...facts,
  }
  const poison = (id: string): DeadLetter => ({ id, type: 'poison', record: odd(id), ...facts })
  const handler = createQueueSyncHandler({ item, targets: { west }, table: tableOf([]) })
  expect(failedOf(await handler(queueEvent([letter, poison('B2')])))).toEqual(['m2'])
  expect(failedOf(await handler(queueEvent([poison('C3'), letter])))).toEqual(['m1'])
  expect(west.calls.map(({ key }) => key)).toEqual(['A1', 'A1'])
})
