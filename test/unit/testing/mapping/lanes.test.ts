import { describe, expect, it } from 'vitest'
import type { Invocation } from '../../../../src/testing/event-source-mapping.ts'
import { numbersOf, recordOf, succeeding } from '../../../support/mapped-records.ts'
import { deliver, poisonedBy } from '../../../support/mapping-runs.ts'
import { runningClock } from '../../../support/running-clock.ts'

const records = Array.from({ length: 40 }, (_, index) => recordOf(String(index + 1), `sku-${index % 8}`))
const skuOf = (number: string) => `sku-${(Number(number) - 1) % 8}`

describe.each([1, 2, 4, 10])('with a parallelizationFactor of %i', (parallelizationFactor) => {
  it('each key keeps its lane and its order, and lanes run side by side', async () => {
    const clock = runningClock()
    const lanes = new Map<string, Set<number>>()
    const done: string[] = []
    let running = 0
    let most = 0
    await deliver(
      records,
      async (event) => {
        most = Math.max(most, ++running)
        await clock.sleep(10)
        running--
        done.push(...numbersOf(event))
        return succeeding
      },
      {
        clock,
        batchSize: 1,
        parallelizationFactor,
        onInvocation: ({ lane, startSequenceNumber: number }) =>
          void lanes.set(skuOf(number), (lanes.get(skuOf(number)) ?? new Set()).add(lane)),
      },
    )
    expect([...lanes.values()].map((taken) => taken.size)).toEqual(Array(8).fill(1))
    const taken = new Set([...lanes.values()].flatMap((lane) => [...lane]))
    expect(most).toBe(taken.size)
    expect(taken.size > 1).toBe(parallelizationFactor > 1)
    for (const sku of lanes.keys()) {
      const ofSku = done.filter((number) => skuOf(number) === sku).map(Number)
      expect(ofSku).toEqual([...ofSku].sort((a, b) => a - b))
    }
  })
})

describe('lanes', () => {
  it('go on while another one is stuck', async () => {
    const laneOf = new Map<string, number>()
    const done: string[] = []
    await deliver(records, poisonedBy('1'), {
      batchSize: 1,
      parallelizationFactor: 4,
      maximumRetryAttempts: 3,
      onInvocation: ({ lane, startSequenceNumber, outcome }) => {
        laneOf.set(skuOf(startSequenceNumber), lane)
        if (outcome.type === 'success') done.push(startSequenceNumber)
      },
    })
    const isFree = (number: string) => laneOf.get(skuOf(number)) !== laneOf.get('sku-0')
    const free = done.filter(isFree)
    expect(free.length).toBeGreaterThan(0)
    expect(done.slice(0, free.length)).toEqual(free)
    expect(done).toHaveLength(39)
  })

  it.each([
    ['by its name where a table has two key attributes', 'sku', 1],
    ['else by both, which still keeps the order of each item', undefined, 2],
  ] as const)('take the partition key %s', async (_, partitionKey, least) => {
    const lanes = new Set<number>()
    const twoKeys = Array.from({ length: 20 }, (_record, index) => ({
      dynamodb: { SequenceNumber: String(index), Keys: { sku: { S: 'one' }, place: { S: String(index) } } },
    }))
    const onInvocation = ({ lane }: Invocation) => void lanes.add(lane)
    await deliver(twoKeys, () => succeeding, { parallelizationFactor: 10, partitionKey, onInvocation })
    expect(lanes.size > 1 ? 2 : 1).toBe(least)
  })

  it.each([{ dynamodb: null }, { dynamodb: { Keys: null, SequenceNumber: 7 } }, {}])(
    'take records that are hardly any: %o',
    async (poison) => {
      const { invocations } = await deliver([poison as object], () => succeeding, { parallelizationFactor: 2 })
      expect(invocations).toHaveLength(1)
    },
  )
})
