import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventSourceMapping, type OnFailurePointer } from '../../src/testing/event-source-mapping.ts'
import { fakeStreams } from '../support/fake-streams.ts'
import { failing, numbersOf, recordOf, streamArn } from '../support/mapped-records.ts'
import { runningClock } from '../support/running-clock.ts'

/** What a handler does in one invocation. `report`: names these places of its batch. */
type Behaviour =
  | { readonly type: 'succeed' | 'throw' | 'hang' | 'garbage' }
  | { readonly type: 'report'; readonly places: readonly number[] }
  | { readonly type: 'slow'; readonly ms: number }

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('report' as const), places: fc.array(fc.nat(30), { maxLength: 4 }) }),
  },
  fc.record({ type: fc.constantFrom('succeed' as const, 'throw' as const, 'hang' as const, 'garbage' as const) }),
  fc.record({ type: fc.constant('slow' as const), ms: fc.nat(2000) }),
)

const start = Date.parse('2026-03-01T10:00:00Z')

const history = fc.record({
  /** Of each record: its key, and how many seconds old it is. Older first. */
  records: fc
    .array(fc.record({ sku: fc.nat(5), age: fc.nat(120) }), { maxLength: 30 })
    .map((records) => records.sort((a, b) => b.age - a.age)),
  behaviours: fc.array(behaviour, { minLength: 1, maxLength: 40 }),
  source: fc.constantFrom('memory' as const, 'stream' as const),
  options: fc.record({
    batchSize: fc.integer({ min: 1, max: 12 }),
    parallelizationFactor: fc.integer({ min: 1, max: 10 }),
    maximumRetryAttempts: fc.integer({ min: 0, max: 3 }),
    maximumRecordAgeInSeconds: fc.constantFrom(-1, 60, 100),
    maximumBatchingWindowInSeconds: fc.nat(3),
    bisectBatchOnFunctionError: fc.boolean(),
    reportBatchItemFailures: fc.boolean(),
    undocumented: fc.record({
      checkpoint: fc.constantFrom('newBatch' as const, 'retry' as const),
      answers: fc.constantFrom('failure' as const, 'lenient' as const),
    }),
  }),
})

it('each record is acknowledged or pointed to, never both and never neither; each key in order', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ records: given, behaviours, source, options }) => {
      const records = given.map(({ sku, age }, index) => recordOf(String(index + 1), `sku-${sku}`, start / 1000 - age))
      const clock = runningClock(start)
      const ends: { readonly numbers: readonly string[]; readonly how: 'acknowledged' | 'pointed to' }[] = []
      const inFlight = new Map<string, readonly string[]>() // by request: the batch
      let calls = 0
      const pointTo = ({ DDBStreamBatchInfo: batch, requestContext }: OnFailurePointer) => {
        const lane = inFlight.get(requestContext.requestId)
        const numbers = lane?.slice(lane.indexOf(batch.startSequenceNumber), lane.indexOf(batch.endSequenceNumber) + 1)
        ends.push({ numbers: numbers ?? expired(batch), how: 'pointed to' })
      }
      /** A batch that was never invoked has no request: its lane's records between the two ends are meant. */
      const expired = (batch: OnFailurePointer['DDBStreamBatchInfo']) => {
        const [from, to] = [Number(batch.startSequenceNumber), Number(batch.endSequenceNumber)]
        const among = options.parallelizationFactor === 1 ? undefined : batch.batchSize
        const all = records.slice(from - 1, to).map((record) => record.dynamodb?.SequenceNumber ?? '')
        return among === undefined || among === all.length ? all : laneMates(all)
      }
      const laneMates = ([first = '', ...others]: readonly string[]) => {
        const lane = laneByKey.get(keyOf(first))
        return [first, ...others.filter((number) => laneByKey.get(keyOf(number)) === lane)]
      }
      const keyOf = (number: string) => given[Number(number) - 1]!.sku
      const laneByKey = await lanesOf(records, options.parallelizationFactor, keyOf)

      await eventSourceMapping({
        ...options,
        ...(source === 'memory'
          ? { records }
          : {
              stream: { client: fakeStreams([{ id: 'one', records }], { pageSize: 7 }).client, streamArn },
              drain: true,
            }),
        clock,
        timeoutMs: 1000,
        onFailure: pointTo,
        handler: async (event, context) => {
          const numbers = numbersOf(event)
          inFlight.set(context!.awsRequestId!, numbers)
          const behaves = behaviours[calls++ % behaviours.length]!
          if (behaves.type === 'throw') throw new Error('thrown')
          if (behaves.type === 'hang') await new Promise(() => undefined)
          if (behaves.type === 'slow') await clock.sleep(behaves.ms)
          if (behaves.type === 'garbage') return failing('no number of this batch')
          if (behaves.type === 'report')
            return failing(...behaves.places.map((place) => numbers[place % numbers.length]!))
          return undefined
        },
        onInvocation: ({ requestId, outcome }) => {
          const numbers = inFlight.get(requestId)!
          if (outcome.type === 'success') ends.push({ numbers, how: 'acknowledged' })
          if (outcome.type !== 'partial') return
          const acknowledged = numbers.slice(0, numbers.indexOf(outcome.checkpoint))
          ends.push({ numbers: acknowledged, how: 'acknowledged' })
        },
      }).run()

      const done = ends.flatMap(({ numbers }) => numbers)
      expect([...done].sort((a, b) => Number(a) - Number(b))).toEqual(records.map((_, index) => String(index + 1)))
      for (const sku of new Set(given.map((record) => record.sku))) {
        const ofKey = done.filter((number) => keyOf(number) === sku).map(Number)
        expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b))
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)

/** Which lane each key takes, seen from outside. */
async function lanesOf(
  records: ReturnType<typeof recordOf>[],
  parallelizationFactor: number,
  keyOf: (number: string) => number,
): Promise<ReadonlyMap<number, number>> {
  const lanes = new Map<number, number>()
  await eventSourceMapping({
    records,
    parallelizationFactor,
    batchSize: 1,
    handler: async () => undefined,
    onInvocation: ({ lane, startSequenceNumber }) => void lanes.set(keyOf(startSequenceNumber), lane),
  }).run()
  return lanes
}
