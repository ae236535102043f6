import { describe, expect, test } from 'vitest'
import { simulate } from '../../src/testing/simulation/simulate.ts'
import { missingKinds } from './coverage.ts'
import { knownBad } from './known-bad.ts'
import { ownCast, stockRows } from './own-cast.ts'
import seeds from './known-bad-seeds.json' with { type: 'json' }

test('P1 P2 P3 P4 P5 P6 P7 P9 P10 P11 whatever happens, every promise is kept', async () => {
  const counts = new Map<string, number>()
  const seed = Math.floor(Math.random() * 2 ** 31)
  const failure = await simulate({
    rows: stockRows,
    runs: 300,
    seed,
    cast: ownCast(),
    onRun: (result) => result.counts.forEach((count, kind) => counts.set(kind, (counts.get(kind) ?? 0) + count)),
  })
  expect(failure?.message).toBeUndefined()
  expect(missingKinds(counts), `seed ${String(seed)}`).toEqual([])
})

describe('the simulation finds', () => {
  test.for(Object.entries(knownBad))('%s', async ([name, cast]) => {
    const recorded = (seeds as Record<string, { seed: number; path: string } | undefined>)[name]
    expect(recorded, 'no seed is recorded: run `npm run simulate -- --known-bad --record`').toBeDefined()
    const failure = await simulate({
      rows: stockRows,
      runs: 1,
      ...recorded,
      seed: recorded?.seed,
      cast,
      shortens: false,
    })
    expect(failure?.promise).toMatch(/^P\d+$|^ends$/)
  })
})
