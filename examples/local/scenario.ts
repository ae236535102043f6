import { createQueueSyncHandler, createStreamSyncHandler } from 'dynamodb-stream-sync'
import { type EventSourceMapping, eventSourceMapping } from 'dynamodb-stream-sync/testing'
import type { DemoOptions } from './arguments.ts'
import { meter, type Meter } from './meter.ts'
import { hotSku, morningOf, openingStock, seededRandom, tamperedSku } from './morning.ts'
import type { Started } from './places.ts'
import { type ReconcileOutcome, reconcileAll } from './reconcile-step.ts'
import { lettersIn, redriveAll } from './redrive.ts'
import type { Stage } from './stage.ts'
import { inventorySync, inventoryTable, warehouses } from './sync.ts'
import { type HotSales, trade } from './trading.ts'
import { compared, type Comparison } from './verify.ts'

/** What happened, for the report to judge. */
export interface Outcome {
  readonly meter: Meter
  /** After redrive and tampering, and after reconcile; made without the library. */
  readonly before: Comparison
  readonly after: Comparison
  readonly reconcile: ReconcileOutcome
  readonly lettersLeft: number
  readonly staleInRedrive: number
  /** Of the product that all want: what there was, sold and left. */
  readonly hot: HotSales & { readonly opening: number; readonly left: number }
}

/** The whole story, from opening stock to the last comparison. */
export async function playMorning(
  places: Started,
  options: DemoOptions,
  stage: Stage,
  signal: AbortSignal,
): Promise<Outcome> {
  const metered = meter()
  const sync = inventorySync(places, metered)
  const table = inventoryTable(places)
  const { client } = places.dynamoDb
  const random = seededRandom(options.seed)
  const opening = Math.ceil(options.updates * 0.16)
  const mapping = streamOf(places, sync, options, signal)

  stage.watch(metered)
  stage.say('Opening', 'A table, its stream and three warehouses run. 500 products go to all of them.')
  await openingStock(client, opening, random)
  await mapping.run()

  metered.live = true
  stage.say('Morning', `${options.updates} updates, in batches of ${options.batchSize}, on four lanes.`)
  const morning = morningOf(options.updates, random)
  const sales = await deliveredMeanwhile(mapping, trade({ places, morning, meter: metered, stage, signal }))
  signal.throwIfAborted()

  const staleInRedrive = await redriven(places, createQueueSyncHandler({ ...sync, table }), metered, stage, signal)
  await tamper(places.berlinUrl)
  stage.say('Tampering', `Somebody types a wrong quantity of ${tamperedSku} into Berlin's system. No stream tells.`)
  const before = await compared(places)
  stage.say('Reconcile', 'Every place is compared with the table. What differs is read again, then repaired.')
  const reconcile = await reconcileAll(sync, table, places)
  const after = await compared(places)
  const hot = { ...sales, opening, left: after.quantityOf(hotSku) }
  return { meter: metered, before, after, reconcile, lettersLeft: await lettersIn(places.queue), staleInRedrive, hot }
}

/** Lambda's event source mapping, in process. */
function streamOf(
  { dynamoDb, streamArn }: Started,
  sync: ReturnType<typeof inventorySync>,
  { batchSize }: DemoOptions,
  signal: AbortSignal,
): EventSourceMapping {
  return eventSourceMapping({
    handler: createStreamSyncHandler(sync),
    stream: { client: dynamoDb.streams, streamArn },
    drain: true,
    batchSize,
    parallelizationFactor: 4,
    signal,
  })
}

/** Follows the stream while somebody writes, and then to its end. */
async function deliveredMeanwhile<Result>(mapping: EventSourceMapping, writing: Promise<Result>): Promise<Result> {
  const state = { done: false }
  const written = writing.finally(() => (state.done = true))
  written.catch(() => undefined) // awaited below
  while (!state.done) {
    await mapping.run()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const result = await written
  await mapping.run()
  return result
}

async function redriven(
  { queue }: Started,
  handler: Parameters<typeof redriveAll>[1],
  metered: Meter,
  stage: Stage,
  signal: AbortSignal,
): Promise<number> {
  const stale = () => warehouses.reduce((sum, name) => sum + metered.of(name).stale, 0)
  const before = stale()
  metered.live = false
  stage.say(
    'Redrive',
    `${await lettersIn(queue)} dead letters leave the queue. Where newer stock has arrived, it stays.`,
  )
  await redriveAll(queue, handler, metered, signal)
  return stale() - before
}

async function tamper(url: string): Promise<void> {
  const response = await fetch(`${url}/count/${tamperedSku}`, { method: 'POST', body: '{"quantity":7777}' })
  if (!response.ok) throw new Error(`Berlin answered ${response.status} to a count.`)
}
