import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { earliest, ending } from '../../../src/runtime/ending.ts'

describe('an ending', () => {
  test('ends once, and tells those who asked before', async () => {
    const one = ending()
    let told = 0
    one.onEnd(() => told++)
    const [signal, ended] = [one.signal(), one.ended()]
    expect([one.hasEnded(), signal.aborted, told]).toEqual([false, false, 0])
    one.end()
    one.end()
    await ended
    expect([one.hasEnded(), signal.aborted, told]).toEqual([true, true, 1])
    expect(signal.reason).toMatchObject({ name: 'AbortError' })
  })

  test('answers who comes late at once', async () => {
    const one = ending()
    one.end()
    await one.ended()
    expect(one.signal()).toMatchObject({ aborted: true, reason: { name: 'AbortError' } })
    expect(one.signal()).toBe(one.signal())
  })
})

describe('the earliest of an ending and some signals', () => {
  test('ends with the ending', () => {
    const first = ending()
    const any = earliest([undefined, new AbortController().signal], first)
    expect(any.hasEnded()).toBe(false)
    first.end()
    expect(any.hasEnded()).toBe(true)
  })

  test('ends with a signal, the ending goes on', () => {
    const [first, caller] = [ending(), new AbortController()]
    const any = earliest([undefined, caller.signal], first)
    caller.abort()
    expect([any.hasEnded(), first.hasEnded()]).toEqual([true, false])
  })

  test('has ended where one of them has', () => {
    const first = ending()
    expect(earliest([undefined, AbortSignal.abort()], first).hasEnded()).toBe(true)
    first.end()
    expect(earliest([], first).hasEnded()).toBe(true)
  })

  test("leaves no listener at a caller's signal, which may outlive many runs", () => {
    const [first, { signal }] = [ending(), new AbortController()]
    earliest([signal], first)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    first.end()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
