import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  createQueueSyncHandler,
  createReconcileHandler,
  createStreamSyncHandler,
  TargetRejectedError,
} from 'dynamodb-stream-sync'
import { memoryDlq, memoryTarget, streamEvent, streamRecord } from 'dynamodb-stream-sync/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSyncError } from '../../../src/errors.ts'
import { opentelemetryTracer } from '../../../src/tracing/opentelemetry.ts'
import { asyncContexts } from '../../support/async-contexts.ts'
import { insert, letterOf, queueEvent, scriptedTarget, tableOf } from '../../support/sync-kit.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })

describe('with an SDK', () => {
  beforeEach(() => {
    context.setGlobalContextManager(asyncContexts())
    trace.setGlobalTracerProvider(provider)
  })
  afterEach(() => {
    trace.disable()
    context.disable()
    exporter.reset()
  })

  const finished = () => exporter.getFinishedSpans()
  const idOf = (name: string) =>
    finished()
      .find((span) => span.name === name)
      ?.spanContext().spanId

  test('the span is active while the work runs, and ends with it', async () => {
    const result = await opentelemetryTracer().span('sync', { target: 'west', items: 2 }, async () => {
      await Promise.resolve()
      trace.getActiveSpan()?.setAttribute('seen', true)
      expect(finished()).toEqual([])
      return 7
    })
    expect(result).toBe(7)
    expect(finished()).toMatchObject([
      { name: 'sync', attributes: { target: 'west', items: 2, seen: true }, status: { code: SpanStatusCode.UNSET } },
    ])
    expect(trace.getActiveSpan()).toBeUndefined()
  })

  test('work that fails tells its code and the name of its error, and nothing of what it says', async () => {
    const error = Object.assign(new RangeError('A1 holds 5 secret pieces'), { code: 'E_STOCK' })
    const work = opentelemetryTracer().span('sync', {}, () => Promise.reject(error))
    await expect(work).rejects.toBe(error)
    const [span] = finished()
    expect(span).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'E_STOCK' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'RangeError' } }],
    })
    expect(JSON.stringify([span!.events, span!.attributes, span!.status])).not.toContain('secret')
  })

  const trap = new Proxy(new Error('no'), {
    get: () => {
      throw new Error('hands off')
    },
  })
  test.each([
    ['a text', 'secret', 'string'],
    ['nothing', undefined, 'undefined'],
    ['what throws when it is looked at', trap, 'object'],
    ['an error of a very long name', Object.assign(new Error('no'), { name: 'N'.repeat(10_000) }), 'N'.repeat(100)],
  ])('what is thrown may be anything: %s', async (_, thrown, told) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point
    const work = opentelemetryTracer().span('sync', {}, () => Promise.reject(thrown))
    await work.then(
      () => expect.unreachable(),
      (error: unknown) => expect(error === thrown).toBe(true),
    )
    expect(finished()).toMatchObject([{ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': told } }])
  })

  test('work that throws before it answers a promise is work that rejects', async () => {
    const work = opentelemetryTracer().span('sync', {}, () => {
      throw new Error('at once')
    })
    await expect(work).rejects.toThrow('at once')
    expect(finished()).toHaveLength(1)
  })

  test('attributes are bounded, and what is none is left out', async () => {
    const attributes = { long: 'x'.repeat(5_000), ratio: Number.NaN, item: { sku: 'A1' } as unknown as string }
    await opentelemetryTracer().span('sync', attributes, async () => undefined)
    expect(finished()[0]!.attributes).toEqual({ long: 'x'.repeat(255) })
  })

  test('a tracer of your own is used instead of the registered one', async () => {
    trace.disable()
    await opentelemetryTracer({ tracer: provider.getTracer('own') }).span('sync', {}, async () => undefined)
    expect(finished()).toMatchObject([{ instrumentationScope: { name: 'own' } }])
  })

  test('a provider that is registered after the handler was made is used', async () => {
    trace.disable()
    const tracer = opentelemetryTracer()
    trace.setGlobalTracerProvider(provider)
    await tracer.span('sync', {}, async () => undefined)
    expect(finished()).toMatchObject([{ instrumentationScope: { name: 'dynamodb-stream-sync' } }])
  })

  test('one invocation is a span, each target one within it, and the one that failed says so', async () => {
    const west = memoryTarget()
    const east = scriptedTarget(() => Promise.reject(new TargetRejectedError('A1 is secret')))
    const targets = { west, east }
    await createStreamSyncHandler({ targets, dlq: memoryDlq(), tracer: opentelemetryTracer() })(
      streamEvent([insert('A1', 5, 1)]),
    )
    expect(finished().map(({ name, attributes }) => [name, attributes['target']])).toEqual([
      ['deliver', 'west'],
      ['deliver', 'east'],
      ['stream-sync', undefined],
    ])
    expect(finished().map(({ attributes }) => attributes['error.type'])).toEqual([
      undefined,
      'TARGET_REJECTED',
      undefined,
    ])
    const [first, second, whole] = finished()
    expect([first, second].map((span) => span!.parentSpanContext?.spanId)).toEqual([
      whole!.spanContext().spanId,
      whole!.spanContext().spanId,
    ])
  })

  test('what a target calls becomes a child of its span', async () => {
    const west = scriptedTarget(async () => {
      await Promise.resolve()
      trace.getTracer('driver').startSpan('UPDATE').end()
      return 'applied'
    })
    await createStreamSyncHandler({ targets: { west }, tracer: opentelemetryTracer() })(
      streamEvent([insert('A1', 5, 1)]),
    )
    const call = finished().find(({ name }) => name === 'UPDATE')
    expect(call!.parentSpanContext?.spanId).toBe(idOf('deliver'))
  })

  test("a queue's handler and a reconcile have their spans too", async () => {
    const west = memoryTarget()
    const table = { ...tableOf([{ sku: 'A1', quantity: 9 }]), snapshot: west.snapshot }
    const tracer = opentelemetryTracer()
    const letter = letterOf(streamRecord(insert('A1', 5, 1)))
    await createQueueSyncHandler({ targets: { west }, table, tracer })(queueEvent([letter]))
    await createReconcileHandler({ targets: { west }, table, tracer })({})
    expect(finished().map(({ name }) => name)).toEqual(['deliver', 'queue-sync', 'reconcile'])
  })
})

describe('where there is no SDK, or one that fails', () => {
  test('without an SDK the work just runs', async () => {
    const west = memoryTarget()
    const handler = createStreamSyncHandler({ targets: { west }, tracer: opentelemetryTracer() })
    expect(await handler(streamEvent([insert('A1', 5, 1)]))).toEqual({ batchItemFailures: [] })
    expect(west.items()).toHaveLength(1)
  })

  const broken = provider.getTracer('broken')
  test.each([
    ['throws', () => expect.unreachable()],
    ['never runs the work', () => undefined],
    ['hands in a span that throws', (_: string, __: object, run: (span: unknown) => unknown) => run({})],
  ])('a tracer that %s neither hinders the work nor runs it twice', async (_, startActiveSpan) => {
    let runs = 0
    const tracer = opentelemetryTracer({
      tracer: Object.assign(Object.create(broken) as typeof broken, { startActiveSpan }),
    })
    expect(await tracer.span('sync', {}, async () => ++runs)).toBe(1)
    await expect(tracer.span('sync', {}, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(runs).toBe(1)
  })

  test.each([
    ['null', null],
    ['no tracer', { tracer: {} }],
    ['a text', { tracer: 'west' }],
  ])('options that are none are refused: %s', (_, options) => {
    try {
      opentelemetryTracer(options as never)
      expect.unreachable()
    } catch (error) {
      expect(isSyncError(error, 'CONFIG_INVALID')).toBe(true)
    }
  })
})
