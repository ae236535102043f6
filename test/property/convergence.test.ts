import fc from 'fast-check'
import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  inventoryItem,
  type InventoryItem,
  type SourceTable,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget, streamRecord, type Fault } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { encodeDeadLetter } from '../../src/core/dead-letter.ts'
import { runningClock } from '../support/running-clock.ts'

interface Write {
  readonly sku: string
  /** Undefined: the item is removed. */
  readonly site: string | undefined
  readonly quantity: number
}

type Table = ReadonlyMap<string, InventoryItem>

const writes: fc.Arbitrary<readonly Write[]> = fc.array(
  fc.record({
    sku: fc.constantFrom('A1', 'B2', 'C3'),
    site: fc.constantFrom('east', 'west', 'north', undefined),
    quantity: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 14 },
)
const faults = fc.array(
  fc.constantFrom<Fault>('none', 'none', 'unavailable', 'rejected', 'answerLost', 'hang', { delayMs: 40 }),
  { maxLength: 10 },
)
/**
 * How the stream is read: how many records at once, how far back the reader falls before it goes on, how far the table is
 * ahead of it, and how many letters are redriven meanwhile.
 */
const reading = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 5 }),
    back: fc.nat({ max: 6 }),
    ahead: fc.nat({ max: 4 }),
    redrives: fc.nat({ max: 2 }),
  }),
  { maxLength: 12 },
)

const history = fc.record({
  writes,
  reading,
  east: faults,
  west: faults,
  sink: fc.array(fc.constantFrom<Fault>('none', 'unavailable', 'rejected', 'answerLost'), { maxLength: 4 }),
  coalesce: fc.boolean(),
  fields: fc.boolean(),
  onUnavailable: fc.constantFrom('park' as const, 'stall' as const),
  mode: fc.constantFrom('current' as const, 'original' as const),
  /** In which order letters leave the queue. */
  letters: fc.infiniteStream(fc.nat()),
})

const byQuantity = { ...inventoryItem, fields: ['quantity'] }

/** The table as it is when it is asked. */
function sourceOf(now: () => Table): SourceTable {
  return {
    read: (keys) =>
      Promise.resolve(
        keys.flatMap(({ key }) => {
          const item = now().get(key)
          return item ? [{ key, item }] : []
        }),
      ),
    snapshot: () => {
      throw new Error('Nobody reconciles here.')
    },
  }
}

/** The stream of writes, and the table after so many of its records. A write that changes nothing makes no record. */
function play(list: readonly Write[]): {
  readonly tables: readonly Table[]
  readonly records: readonly StreamRecord[]
} {
  const table = new Map<string, InventoryItem>()
  const tables: Table[] = [new Map()]
  const records: StreamRecord[] = []
  for (const { sku, site, quantity } of list) {
    const oldImage = table.get(sku)
    const newImage = site === undefined ? undefined : { sku, quantity, site }
    if (newImage) table.set(sku, newImage)
    else table.delete(sku)
    const same = JSON.stringify(oldImage) === JSON.stringify(newImage)
    if (newImage) {
      if (!same) records.push(streamRecord({ newImage, oldImage }))
    } else if (oldImage) records.push(streamRecord({ oldImage }))
    if (records.length === tables.length) tables.push(new Map(table))
  }
  return { tables, records }
}

test('P2 P3 any writes, read in any batches, with redelivery and faults, end with each target holding its part of the table', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      const { tables, records } = play(given.writes)
      let written = 0
      const clock = runningClock()
      const dlq = memoryDlq({ faults: given.sink, clock })
      const targets = {
        east: memoryTarget({ faults: given.east, clock }),
        west: memoryTarget({ faults: given.west, clock }),
      }
      const at = (site: string) => (item: InventoryItem) => item['site'] === site
      const settings = {
        onUnavailable: given.onUnavailable,
        timeoutMs: 50,
        retry: { maxAttempts: 2, minDelayMs: 5, maxDelayMs: 10 },
        breaker: { failures: 3, coolDownMs: 30 },
      }
      const sync = {
        item: given.fields ? byQuantity : undefined,
        targets: {
          east: { target: targets.east, when: at('east'), ...settings },
          west: { target: targets.west, when: at('west'), ...settings },
        },
        dlq,
        clock,
        random: () => 0.5,
      }
      const stream = createStreamSyncHandler({ ...sync, coalesce: given.coalesce })
      const queue = createQueueSyncHandler({ ...sync, mode: given.mode, table: sourceOf(() => tables[written]!) })

      const readFrom = async (start: number, size: number): Promise<number> => {
        const batch = records.slice(start, start + size)
        const { batchItemFailures } = await stream({ Records: batch })
        const failed = batchItemFailures.map(({ itemIdentifier }) =>
          batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
        )
        expect(failed).not.toContain(-1)
        return start + Math.min(batch.length, ...failed)
      }
      const redriven = new Set<number>()
      const redrive = async (): Promise<boolean> => {
        const letters = dlq.letters()
        const left = [...letters.keys()].filter((index) => !redriven.has(index))
        const index = left[(given.letters.next().value ?? 0) % left.length]
        if (index === undefined) return false
        const messages = [{ messageId: String(index), body: encodeDeadLetter(letters[index]!) }]
        if ((await queue({ Records: messages })).batchItemFailures.length === 0) redriven.add(index)
        return true
      }

      let done = 0
      for (const { size, back, ahead, redrives } of given.reading) {
        written = Math.min(records.length, Math.max(written, done + size + ahead))
        done = Math.max(done, await readFrom(Math.max(0, done - back), size))
        for (let count = 0; count < redrives; count++) await redrive()
      }
      written = records.length
      for (let turn = 0; done < records.length; turn++) {
        expect(turn).toBeLessThan(200)
        done = await readFrom(done, 4)
        await clock.sleep(40)
      }
      for (let turn = 0; await redrive(); turn++) {
        expect(turn).toBeLessThan(200)
        await clock.sleep(40)
      }

      for (const [site, target] of Object.entries(targets)) {
        expect(target.items()).toEqual(
          [...tables[written]!.values()].filter(at(site)).sort((a, b) => (a.sku < b.sku ? -1 : 1)),
        )
        for (const sku of new Set(given.writes.map((write) => write.sku))) {
          const versions = target.changes().flatMap(({ key, version }) => (key === sku ? [version] : []))
          expect(versions).toEqual([...new Set(versions)].sort()) // P2: only ever forwards
        }
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)
