import { expect, test } from 'vitest'
import { sample } from '../../../src/reconcile/sample.ts'
import { drift } from '../../support/reports.ts'

test('a sample keeps the hundred largest, whenever they came and whenever it was asked', () => {
  const all = Array.from({ length: 1_001 }, (_, n) =>
    drift({ key: String(n).padStart(4, '0'), units: (n * 7) % 1_001 }),
  )
  const heaviest = (count: number) => all.slice(0, count).sort((a, b) => b.units - a.units).slice(0, 100) // prettier-ignore
  const kept = sample()
  expect(kept.largest()).toEqual([])
  for (const one of all.slice(0, 50)) kept.add(one)
  expect(kept.largest()).toEqual(heaviest(50))
  for (const one of all.slice(50)) kept.add(one)
  expect(kept.largest()).toEqual(heaviest(1_001))
})
