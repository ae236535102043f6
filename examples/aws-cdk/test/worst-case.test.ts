import { describe, expect, it } from 'vitest'
import { timeoutSeconds, worstCaseMs } from '../lib/config/worst-case.ts'
import type { Warehouse } from '../lib/config/types.ts'
import { config } from './sample/config.ts'

const start = 5_000
const parking = 10_000
const margin = 1_000

function warehouse(route: Partial<Warehouse> = {}): Warehouse {
  const tableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/stock'
  return { name: 'one', kind: 'dynamodb', tableArn, ...route } as Warehouse
}

describe('The longest that a batch may take', () => {
  it('is each attempt and each pause of a route, between the start, and parking and the margin at the end', () => {
    const route = warehouse({ timeoutMs: 2_000, retry: { maxAttempts: 4, minDelayMs: 100, maxDelayMs: 300 } })
    const tries = 4 * 2_000 + (100 + 200 + 300)
    expect(worstCaseMs(10, [route], margin)).toBe(start + tries + parking + margin)
  })

  it("is by the library's own settings where a route has none: three attempts of 5 s", () => {
    expect(worstCaseMs(10, [warehouse()], margin)).toBe(start + 3 * 5_000 + (100 + 200) + parking + margin)
  })

  it('is in as many rounds as the concurrency makes of a batch', () => {
    const route = warehouse({ concurrency: 4, timeoutMs: 1_000, retry: { maxAttempts: 1 } })
    expect(worstCaseMs(10, [route], margin)).toBe(start + 3 * 1_000 + parking + margin)
  })

  it('is that of the slowest warehouse', () => {
    const route = (timeoutMs: number) => warehouse({ timeoutMs, retry: { maxAttempts: 1 } })
    expect(worstCaseMs(1, [route(1_000), route(9_000), route(2_000)], margin)).toBe(start + 9_000 + parking + margin)
  })

  it('is left a tenth more of, in whole seconds', () => {
    const route = warehouse({ timeoutMs: 1_000, retry: { maxAttempts: 1 } })
    expect(timeoutSeconds(1, [route], config)).toBe(Math.ceil((17_000 * 1.1) / 1_000))
  })
})
