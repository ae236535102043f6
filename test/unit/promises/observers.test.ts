import { createQueueSyncHandler, createStreamSyncHandler, type Logger, type Tracer } from 'dynamodb-stream-sync'
import { manualClock, memoryMetrics, memoryTarget, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  contextFor,
  failedOf,
  insert,
  letterOf,
  never,
  queueEvent,
  scriptedTarget,
  tableOf,
} from '../../support/sync-kit.ts'

const thrower = (): never => {
  throw new Error('observer')
}
const rejecter = () => Promise.reject(new Error('observer'))
/** Each way to be no help, by name. */
const faults: readonly (readonly [string, () => never])[] = [
  ['throws', thrower],
  ['rejects', rejecter as unknown as () => never],
  ['hangs', never as unknown as () => never],
]

/** A rejection that nobody handles ends the process, in Lambda as here. */
let unhandled: unknown[]
const note = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => {
  unhandled = []
  process.on('unhandledRejection', note)
})
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const event = () => streamEvent([insert('A1', 5, 1), { newImage: { sku: 'B2', quantity: 'many' } }])

test.each(faults)('P10 an emitter that %s fails nothing', async (_, emit) => {
  const clock = manualClock()
  const [west, metrics] = [memoryTarget(), memoryMetrics()]
  const handler = createStreamSyncHandler({ targets: { west }, metrics: [{ emit }, metrics], clock })
  expect(failedOf(await clock.settle(handler(event(), contextFor(clock, 10_000))))).toHaveLength(1)
  expect(west.items()).toHaveLength(1)
  expect(clock.monotonic()).toBeLessThanOrEqual(250)
  expect(metrics.total('Deliveries', 'west')).toBe(1)
})

test.each(faults)('P10 a logger that %s fails nothing', async (_, line) => {
  const clock = manualClock()
  const west = memoryTarget()
  const logger: Logger = { info: line, warn: line, error: line }
  const handler = createStreamSyncHandler({ targets: { west }, logger, clock })
  expect(failedOf(await clock.settle(handler(event())))).toHaveLength(1)
  expect(west.items()).toHaveLength(1)
  expect(clock.monotonic()).toBe(0)
})

const early: Tracer['span'] = async (_, __, run) => {
  await run()
  throw new Error('after')
}
const twice: Tracer['span'] = async (_, __, run) => {
  await run()
  return run()
}
const other: Tracer['span'] = async () => 'other' as never

test.each([
  ...faults,
  ['throws after the work', early],
  ['runs the work twice', twice],
  ['answers something else', other],
] as readonly (readonly [string, Tracer['span']])[])('P10 a tracer that %s fails nothing', async (_, span) => {
  const clock = manualClock()
  const west = scriptedTarget()
  const handler = createStreamSyncHandler({ targets: { west }, tracer: { span }, clock })
  expect(failedOf(await clock.settle(handler(event())))).toHaveLength(1)
  expect(west.calls).toHaveLength(1)
  expect(clock.monotonic()).toBe(0)
})

test.each(faults)('P10 in the queue handler, observers that %s fail nothing', async (_, fault) => {
  const clock = manualClock()
  const west = memoryTarget()
  const handler = createQueueSyncHandler({
    targets: { west },
    table: tableOf([{ sku: 'A1', quantity: 9 }]),
    metrics: { emit: fault },
    logger: { info: fault, warn: fault, error: fault },
    tracer: { span: fault },
    clock,
  })
  const record = streamRecord(insert('A1', 5, 1))
  expect(failedOf(await clock.settle(handler(queueEvent([letterOf(record), 'garbage']))))).toEqual(['m2'])
  expect(west.items()).toMatchObject([{ quantity: 9 }])
})

test('P10 spans cover the whole and each target, by its name', async () => {
  const spans: unknown[] = []
  const span: Tracer['span'] = (name, attributes, run) => {
    spans.push([name, attributes])
    return run()
  }
  const targets = { west: memoryTarget(), east: memoryTarget() }
  await createStreamSyncHandler({ targets, tracer: { span } })(streamEvent([insert('A1', 5, 1)]))
  expect(spans).toEqual([
    ['stream-sync', {}],
    ['deliver', { target: 'west', items: 1 }],
    ['deliver', { target: 'east', items: 1 }],
  ])
})
