import { createStreamSyncHandler, TargetRejectedError, type DeadLetter } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, it } from 'vitest'

const records = Array.from({ length: 5 }, (_, i) =>
  streamRecord({ newImage: { sku: `A${String(i)}`, quantity: i }, sequenceNumber: String(100 + i) }),
)
const unreadable = new Error()
Object.defineProperty(unreadable, 'name', {
  get() {
    throw new Error('not to be looked at')
  },
})
const opaque = new Proxy(
  {},
  {
    get() {
      throw new Error('not to be looked at')
    },
    has() {
      throw new Error('not to be looked at')
    },
    getPrototypeOf() {
      throw new Error('not to be looked at')
    },
  },
)
const retry = { maxAttempts: 1 }

describe('P1 whatever a target answers or throws, each change has one outcome', () => {
  it.each<[string, (count: number) => readonly unknown[]]>([
    ['a list with holes', (count) => Object.assign(new Array<unknown>(count), { 0: 'applied' })],
    ['errors that cannot be looked at', (count) => Array.from({ length: count }, () => unreadable)],
    ['proxies that cannot be looked at', (count) => Array.from({ length: count }, () => opaque)],
  ])('a batch answered with %s', async (_, answer) => {
    const dlq = memoryDlq()
    const applied = new Set<string>()
    const applyBatch = async (changes: readonly { readonly key: string }[]) => {
      const answers = answer(changes.length)
      changes.forEach(({ key }, index) => answers[index] === 'applied' && applied.add(key))
      return answers as 'applied'[]
    }
    const handler = createStreamSyncHandler({ targets: { a: { target: { applyBatch }, retry } }, dlq })
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] })
    const parked = dlq.letters().map((letter: DeadLetter) => (letter.type === 'delivery' ? letter.key : ''))
    expect([...applied, ...parked].sort()).toEqual(['A0', 'A1', 'A2', 'A3', 'A4'])
  })

  it.each([
    ['an error', unreadable],
    ['a proxy', opaque],
  ])('a call that throws %s that cannot be looked at', async (_, thrown) => {
    const dlq = memoryDlq()
    const apply = (): Promise<never> =>
      new Promise(() => {
        throw thrown // eslint-disable-line @typescript-eslint/only-throw-error -- that is the case
      })
    const handler = createStreamSyncHandler({ targets: { a: { target: { apply }, retry } }, dlq })
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] })
    expect(dlq.letters()).toHaveLength(5)
  })
})

describe('P4 a target that hangs', () => {
  it('after it rejected a batch as a whole is not called one by one with its breaker open', async () => {
    const clock = manualClock()
    let calls = 0
    const applyBatch = (changes: readonly unknown[]): Promise<never> => {
      calls++
      if (changes.length > 1) return Promise.reject(new TargetRejectedError('too many'))
      return new Promise(() => undefined)
    }
    const many = Array.from({ length: 100 }, (_, i) =>
      streamRecord({ newImage: { sku: `A${String(i)}`, quantity: i }, sequenceNumber: String(100 + i) }),
    )
    const target = { applyBatch }
    const handler = createStreamSyncHandler({ targets: { a: { target, retry } }, dlq: memoryDlq(), clock })
    await clock.settle(handler({ Records: many }))
    expect(calls).toBe(1 + 5)
  })
})
