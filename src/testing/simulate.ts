import fc from 'fast-check'
import { canonicalText } from '../core/canonical.ts'
import { encodeDeadLetter, type DeadLetter } from '../core/dead-letter.ts'
import type { InventoryItem } from '../core/inventory-item.ts'
import type { ItemDefinition } from '../core/item.ts'
import { keyNames, keyOf } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import type { Clock } from '../ports/clock.ts'
import type { DlqSink } from '../ports/dlq.ts'
import type { SourceTable } from '../ports/table.ts'
import type { SyncConfig } from '../runtime/config.ts'
import { createStreamSyncHandler } from '../runtime/handler.ts'
import { createQueueSyncHandler } from '../runtime/queue-handler.ts'
import { resolveSync, type Route } from '../runtime/sync.ts'
import { callContext } from '../runtime/call-context.ts'
import { manualClock } from './manual-clock.ts'
import { memoryDlq } from './memory-dlq.ts'
import { streamRecord } from './stream-record.ts'
import { versionAttributes } from './version-attributes.ts'

/** What a simulated run hands to your configuration: time, chance and a DLQ of its own. */
export interface SimulatedWorld {
  readonly clock: Clock
  readonly random: () => number
  readonly dlq: DlqSink
}

export interface SimulateOptions<Item> {
  readonly runs: number
  /** Default: drawn, and printed where a run fails. */
  readonly seed?: number | undefined
  /** Default: rows of the default item over a few SKUs. */
  readonly items?: fc.Arbitrary<NoInfer<Item>> | undefined
}

/**
 * Runs your own configuration against writers, crashed invocations, redeliveries of any suffix and redriven dead
 * letters, on a virtual clock. Afterwards each guarded target that can be read must hold exactly the table's rows that
 * are routed to it. Call `memoryTarget({ faults })` or your own target within `create`: it is called anew for each run.
 *
 * @throws Error with the seed and the history of the first run that did not converge.
 */
export async function simulateSync<Item = InventoryItem>(
  create: (world: SimulatedWorld) => SyncConfig<Item>,
  { runs, seed = Math.floor(Math.random() * 2 ** 31), items }: SimulateOptions<Item>,
): Promise<void> {
  for (let run = 0; run < runs; run++) await simulateRun(create, seed + run, items)
}

async function simulateRun<Item>(
  create: (world: SimulatedWorld) => SyncConfig<Item>,
  seed: number,
  items: fc.Arbitrary<Item> | undefined,
): Promise<void> {
  const clock = manualClock()
  const random = seededRandom(seed)
  const dlq = memoryDlq()
  const config = create({ clock, random, dlq })
  const { item, routes } = resolveSync(config)
  const table = new Map<string, Item>()
  // a sync of an own item has `items`; without them Item is the default one
  const drawn = fc.sample(items ?? (defaultItems as fc.Arbitrary<unknown> as fc.Arbitrary<Item>), { seed, numRuns: 12 })
  const records = writeHistory(item, drawn, table, random)
  const history: string[] = []
  await clock.settle(deliverAll(createStreamSyncHandler<Item>(config), records, random, history))
  const redrive = createQueueSyncHandler<Item>({ ...config, dlq: undefined, table: tableOf(table) })
  await clock.settle(redriveAll(redrive, dlq.letters, history))
  for (const route of routes) {
    const problem = await clock.settle(compare(route, item, table))
    if (problem) throw new Error(`Seed ${String(seed)}: ${problem}\n${history.join('\n')}`)
  }
}

/** Inserts, modifies and removes; the table holds the outcome. */
function writeHistory<Item>(
  item: ItemDefinition<Item>,
  rows: readonly Item[],
  table: Map<string, Item>,
  random: () => number,
): readonly StreamRecord[] {
  const key = keyNames(item)
  const { stored } = versionAttributes(item)
  return rows.map((row) => {
    const text = keyOf(item, row)
    const old = table.get(text)
    const oldImage = old && stored(old)
    if (oldImage && random() < 0.3) {
      table.delete(text)
      return streamRecord({ oldImage, key })
    }
    table.set(text, row)
    return streamRecord({ newImage: stored(row), oldImage, key })
  })
}

type StreamHandler = ReturnType<typeof createStreamSyncHandler>

/** As Lambda does: from the lowest reported record on again; a crash makes the whole batch come again. */
async function deliverAll(
  handler: (event: { Records: readonly StreamRecord[] }) => ReturnType<StreamHandler>,
  records: readonly StreamRecord[],
  random: () => number,
  history: string[],
): Promise<void> {
  let at = 0
  for (let tries = 0; at < records.length && tries < 1_000; tries++) {
    const batch = records.slice(at, at + 1 + Math.floor(random() * 6))
    const { batchItemFailures } = await handler({ Records: batch })
    const crashed = random() < 0.2
    const reported = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    const failed = batch.findIndex(({ dynamodb }) => reported.has(dynamodb?.SequenceNumber ?? ''))
    history.push(
      `records ${String(at)} to ${String(at + batch.length - 1)}: ${crashed ? 'crashed' : failed < 0 ? 'done' : `failed from ${String(at + failed)}`}`,
    )
    if (!crashed) at += failed < 0 ? batch.length : failed
  }
}

async function redriveAll(
  handler: ReturnType<typeof createQueueSyncHandler>,
  letters: () => readonly DeadLetter[],
  history: string[],
): Promise<void> {
  let left = letters().map((letter, index) => ({ messageId: String(index), body: encodeDeadLetter(letter) }))
  for (let tries = 0; left.length > 0 && tries < 100; tries++) {
    const { batchItemFailures } = await handler({ Records: left })
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    history.push(`redriven: ${String(left.length)} letters, ${String(failed.size)} stay`)
    left = left.filter(({ messageId }) => failed.has(messageId))
  }
}

function tableOf<Item>(table: ReadonlyMap<string, Item>): SourceTable {
  const entryOf = (row: Item) => ({ item: row as Readonly<Record<string, unknown>> }) // rows have attributes
  return {
    read: async (keys) => {
      const asked = new Set(keys.map(({ key }) => key))
      return [...table].filter(([key]) => asked.has(key)).map(([, row]) => entryOf(row))
    },
    snapshot: () => ({
      order: 'none',
      async *pages() {
        yield [...table.values()].map(entryOf)
      },
    }),
  }
}

/** Says where a guarded target that can be read differs from the table. */
async function compare<Item>(
  { name, target, guarded, accepts }: Route<Item>,
  item: ItemDefinition<Item>,
  table: ReadonlyMap<string, Item>,
): Promise<string | undefined> {
  if (!guarded || !target.snapshot) return undefined
  const held: Readonly<Record<string, unknown>>[] = []
  const pages = target.snapshot().pages({ signal: callContext(name, 1, 0).signal })
  for (let page = await pages.next(); !page.done; page = await pages.next())
    for (const entry of page.value) if (!entry.removed) held.push(entry.item)
  const expected = [...table.values()].filter((row) => accepts === undefined || accepts(row))
  const texts = (rows: readonly unknown[]): string => rows.map(canonicalText).sort().join('\n')
  if (texts(held) === texts(expected)) return undefined
  return `"${name}" holds ${String(held.length)} rows that are not the table's ${String(expected.length)} rows by ${keyNames(item).join()}.`
}

const defaultItems = fc.record({ sku: fc.constantFrom('A1', 'B2', 'C3'), quantity: fc.nat(100) })

/** mulberry32, a small generator of good quality for tests. */
function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
