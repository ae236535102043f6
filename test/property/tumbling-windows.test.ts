import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventSourceMapping } from '../../src/testing/event-source-mapping.ts'
import { failing, numbersOf, recordOf } from '../support/mapped-records.ts'
import { runningClock } from '../support/running-clock.ts'

const start = Date.parse('2026-03-01T10:00:00Z')

/** What a handler does in one invocation. `report`: fails at this place of its batch, and keeps what came before it. */
type Behaviour = 'succeed' | 'throw' | 'forget the state' | { readonly report: number }

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constantFrom<Behaviour>('succeed', 'succeed', 'throw', 'forget the state'),
  fc.record({ report: fc.nat(10) }),
)

const history = fc.record({
  records: fc.array(fc.record({ sku: fc.nat(5), second: fc.nat(200) }), { maxLength: 25 }),
  // the last one is a success, as a last invocation is repeated until it succeeds
  behaviours: fc.array(behaviour, { maxLength: 20 }).map((some) => [...some, 'succeed' as const]),
  options: fc.record({
    batchSize: fc.integer({ min: 1, max: 8 }),
    parallelizationFactor: fc.integer({ min: 1, max: 4 }),
    maximumRetryAttempts: fc.integer({ min: 0, max: 3 }),
    bisectBatchOnFunctionError: fc.boolean(),
    tumblingWindowInSeconds: fc.constantFrom(10, 60, 900),
  }),
  finalInvocation: fc.constantFrom('separate' as const, 'lastBatch' as const),
})

it('what the last invocations see is each acknowledged record once, in its window; the others were pointed to', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ records: given, behaviours, options, finalInvocation }) => {
      const sorted = [...given].sort((a, b) => a.second - b.second)
      const records = sorted.map(({ sku, second }, index) =>
        recordOf(String(index + 1), `sku-${sku}`, start / 1000 + second),
      )
      const seen: { readonly number: string; readonly window: number }[] = []
      let pointedTo = 0
      let calls = 0
      await eventSourceMapping({
        ...options,
        records,
        clock: runningClock(start),
        undocumented: { finalInvocation },
        onFailure: ({ DDBStreamBatchInfo }) => void (pointedTo += DDBStreamBatchInfo.batchSize),
        handler: async (event) => {
          const before = (event.state as { numbers?: readonly string[] }).numbers ?? []
          const numbers = numbersOf(event)
          const does = behaviours[calls++ % behaviours.length]!
          if (does === 'throw') throw new Error('thrown')
          if (does === 'forget the state') return undefined
          if (typeof does === 'object' && numbers.length > 0) {
            const place = does.report % numbers.length
            return { ...failing(numbers[place]!), state: { numbers: [...before, ...numbers.slice(0, place)] } }
          }
          const all = [...before, ...numbers]
          const window = Date.parse(event.window!.start)
          if (event.isFinalInvokeForWindow) seen.push(...all.map((number) => ({ number, window })))
          return { state: { numbers: all } }
        },
      }).run()

      expect(new Set(seen.map(({ number }) => number)).size).toBe(seen.length)
      expect(seen.length + pointedTo).toBe(records.length)
      const length = options.tumblingWindowInSeconds * 1000
      for (const { number, window } of seen) {
        const written = start + sorted[Number(number) - 1]!.second * 1000
        expect(written >= window && written < window + length).toBe(true)
      }
    }),
    { numRuns: 200 },
  )
}, 60_000)
