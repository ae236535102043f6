import type { IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** An answer of a warehouse. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Asked before a request is carried out; what it answers is sent instead. */
type Mood = () => (request: IncomingMessage) => Promise<Answer | undefined>

const writesPerSecond = 300

/** How a warehouse feels: steady, or slow with a rate limit and an outage now and then. */
export const moods: Readonly<Record<'steady' | 'flaky', Mood>> = {
  steady: () => async () => undefined,
  flaky: () => {
    let tokens = writesPerSecond
    let refilledAt = performance.now()
    let writes = 0
    return async ({ method }) => {
      if (method === 'GET') return undefined
      await setTimeout(4 + (writes++ % 12))
      if (writes % 23 === 0) return { status: 503 }
      const now = performance.now()
      tokens = Math.min(writesPerSecond, tokens + ((now - refilledAt) / 1_000) * writesPerSecond)
      refilledAt = now
      if (tokens < 1 || writes % 397 === 0) return { status: 429, headers: { 'retry-after': '1' } }
      tokens -= 1
      return undefined
    }
  },
}
