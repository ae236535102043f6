import { expect, test } from 'vitest'
import { gather } from '../../../src/runtime/gather.ts'
import type { RouteRun, Settled } from '../../../src/runtime/pipeline.ts'
import type { Route } from '../../../src/runtime/sync.ts'

const [west, east] = [{ name: 'west' }, { name: 'east' }] as unknown as readonly [Route<string>, Route<string>]

function runOf(route: Route<string>, n: number): RouteRun<string> {
  const skipped = [`skipped ${n}`] as never[]
  return { route, open: 0, durationMs: n, breakerOpened: n, delivered: n, skipped, retries: n, latencies: [n] }
}

test('the rounds of a queue count as one delivery, of which no record is poison', () => {
  const round = (n: number, runs: readonly RouteRun<string>[]) =>
    ({ regressed: [`r${n}`], parked: [`p${n}`], unresolved: [`u${n}`], runs }) as unknown as Settled<string>
  const rounds = [round(1, [runOf(west, 1), runOf(east, 2)]), round(2, [runOf(west, 10)])]
  expect(gather(rounds, ['m1', 'm2'])).toEqual({
    identifiers: ['m1', 'm2'],
    poison: [],
    unread: [],
    entries: [],
    lanes: [],
    verdicts: new Map(),
    regressed: ['r1', 'r2'],
    parked: ['p1', 'p2'],
    unresolved: ['u1', 'u2'],
    poisonParked: [],
    poisonUnresolved: [],
    runs: [{ ...runOf(west, 11), skipped: ['skipped 1', 'skipped 10'], latencies: [1, 10] }, runOf(east, 2)],
  })
})
