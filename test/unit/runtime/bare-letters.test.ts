import {
  createQueueSyncHandler,
  inventoryItem,
  type DeadLetter,
  type InventoryItem,
  type QueueSyncConfig,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { manualClock, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, test } from 'vitest'
import { failedOf, insert, letterOf, modify, queueEvent, remove, tableOf, versionOf } from '../../support/sync-kit.ts'

const seen = streamRecord(insert('A1', 5, 1))
const row = { sku: 'A1', quantity: 9 }

/** A letter that tells the item's key and nothing else. */
function bare(facts: object = {}): DeadLetter {
  const dynamodb = { Keys: { sku: { S: 'A1' } } }
  return letterOf(seen, 'west', { record: { dynamodb }, version: `${versionOf(seen)}~000001`, ...facts })
}

async function drained(letter: DeadLetter, config: Partial<QueueSyncConfig<InventoryItem>> = {}) {
  const west = memoryTarget()
  const reasons: unknown[] = []
  const error = (_: string, { reason }: Record<string, unknown>): void => void reasons.push(reason)
  const logger = { info: () => undefined, warn: () => undefined, error }
  const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([row]), logger, ...config })
  const left = failedOf(await handler(queueEvent([letter])))
  return { left, reasons: reasons.join(), items: west.items(), changes: west.changes() }
}

describe('a letter without a record', () => {
  test('brings what the table holds now, under its own version', async () => {
    const { left, items, changes } = await drained(bare())
    expect([left, items]).toEqual([[], [row]])
    expect(changes).toMatchObject([{ type: 'upsert', version: `${versionOf(seen)}~000001`, key: 'A1' }])
  })

  test('removes what the table does not hold', async () => {
    const { left, changes } = await drained(bare(), { table: tableOf([]) })
    expect([left, changes]).toMatchObject([[], [{ type: 'removal', version: `${versionOf(seen)}~000001` }]])
  })

  test('of an item that was never seen has the lowest version, and is taken', async () => {
    const { left, changes } = await drained(bare({ version: '-~000001' }))
    expect([left, changes]).toMatchObject([[], [{ type: 'upsert', version: '-~000001' }]])
  })

  test('has the version of a record as it stands, too', async () => {
    const { left, changes } = await drained(bare({ version: versionOf(seen) }))
    expect([left, changes]).toMatchObject([[], [{ type: 'upsert', version: versionOf(seen) }]])
  })

  test('never overwrites what is newer', async () => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([row]) })
    const newer = streamRecord(modify({ sku: 'A1', quantity: 5 }, row, 2))
    expect(failedOf(await handler(queueEvent([letterOf(newer)])))).toEqual([])
    expect(failedOf(await handler(queueEvent([bare()])))).toEqual([])
    expect(west.changes().map(({ version }) => version)).toEqual([versionOf(newer)])
  })

  test.for<readonly [string, object, RegExp]>([
    ['another key', { key: 'B2' }, /key is not its record's/],
    ['a target that is not there', { target: 'north' }, /target that this sync does not have/],
    ['an epoch above all', { version: versionOf(seen, 1) }, /epoch is higher/],
    ['the version of an attribute', { version: '000000/2026-01-01T00:00:00Z/0' }, /another form/],
    ['more than a version', { version: `${versionOf(seen)}~000001~` }, /another form/],
    ['no key', { record: { dynamodb: {} } }, /no `dynamodb.Keys`/],
    [
      'an image without an event',
      { record: { dynamodb: { Keys: seen.dynamodb!.Keys, NewImage: {} } } },
      /neither INSERT/,
    ],
    [
      'a sequence without an event',
      { record: { dynamodb: { ...seen.dynamodb, NewImage: undefined } } },
      /neither INSERT/,
    ],
  ])('with %s stays', async ([, facts, reason]) => {
    const { left, reasons, changes } = await drained(bare(facts))
    expect([left, changes]).toEqual([['m1'], []])
    expect(reasons).toMatch(reason)
  })

  test.for(['upsert', 'removal'] as const)('is never applied as an original %s', async (change) => {
    const clock = manualClock(new Date('2026-03-01T10:00:00Z'))
    const dynamodb = { Keys: { sku: { S: 'A1' } }, ApproximateCreationDateTime: clock.now() / 1_000 }
    const letter = bare({ change, record: { dynamodb } })
    const { left, reasons } = await drained(letter, { mode: 'original', clock })
    expect(left).toEqual(['m1'])
    expect(reasons).toMatch(/it carries no record/)
  })

  test("with ttl: 'ignore' stays where the table lost its row: nothing tells what it was", async () => {
    const { left, reasons } = await drained(bare(), { table: tableOf([]), ttl: 'ignore' })
    expect(left).toEqual(['m1'])
    expect(reasons).toMatch(/it carries no record/)
  })
})

describe('a letter whose images were left out, in attribute mode', () => {
  const item = { ...inventoryItem, version: { attribute: 'at' } }
  const upsert = streamRecord(insert('A1', 5, 7, { at: 7 }))
  const versionAt = (n: number, record = upsert) =>
    `000000/${String(n).padStart(38, '0')}/${versionOf(record).slice(7)}`
  const imageless = ({ dynamodb, ...rest }: StreamRecord): StreamRecord => ({
    ...rest,
    dynamodb: { ...dynamodb, NewImage: undefined, OldImage: undefined },
  })

  test('brings what the table holds now', async () => {
    const letter = letterOf(imageless(upsert), 'west', { version: versionAt(7) })
    const { left, changes } = await drained(letter, { item })
    expect([left, changes]).toMatchObject([[], [{ type: 'upsert', version: versionAt(7), item: row }]])
  })

  test('of a removal is a removal where the table holds nothing', async () => {
    const gone = streamRecord(remove('A1', 5, 8, { at: 7 }))
    const letter = letterOf(imageless(gone), 'west', { version: versionAt(7, gone) })
    const { left, changes } = await drained(letter, { item, table: tableOf([]) })
    expect([left, changes]).toMatchObject([[], [{ type: 'removal' }]])
  })

  test.for<readonly [string, string]>([
    ['of another sequence number', versionAt(7).replace(/\d$/, '9')],
    ['of another form than those before', versionAt(7).replace('/00', '/')],
  ])('stays with a version %s', async ([, version]) => {
    const west = memoryTarget()
    const handler = createQueueSyncHandler({ item, targets: { west }, table: tableOf([row]) })
    expect(failedOf(await handler(queueEvent([letterOf(upsert, 'west', { version: versionAt(7) })])))).toEqual([])
    const letter = letterOf(imageless(upsert), 'west', { version })
    expect(failedOf(await handler(queueEvent([letter])))).toEqual(['m1'])
    expect(failedOf(await handler(queueEvent([bare({ version: '000000/7/0' })])))).toEqual(['m1'])
  })
})
