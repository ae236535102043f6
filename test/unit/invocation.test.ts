import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withinInvocation } from '../../src/runtime/invocation.ts'
import { systemClock } from '../../src/system-clock.ts'

describe('an invocation', () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => void warnings.push(warning)
  beforeEach(() => void process.on('warning', warned))
  afterEach(() => void process.off('warning', warned))

  it('lets any number of pauses wait for its end without a warning of leaks', async () => {
    const pauses: Promise<void>[] = []
    await withinInvocation({ clock: systemClock, deadlineMarginMs: 0 }, undefined, async ({ cut, over }) => {
      for (let index = 0; index < 20; index++)
        pauses.push(systemClock.sleep(60_000, cut.signal()), systemClock.sleep(60_000, over.signal()))
    })
    await Promise.all(pauses) // they ended with the invocation
    await new Promise((resolve) => setImmediate(resolve)) // warnings are told after the turn
    expect(warnings).toEqual([])
  })
})
