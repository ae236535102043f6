import { byWeight, sampleSize } from './drift-order.ts'
import type { Drift } from './report.ts'

/** Keeps the largest drift by units; of equal ones, those of the lowest keys. */
export interface Sample<Item> {
  readonly add: (one: Drift<Item>) => void
  readonly largest: () => readonly Drift<Item>[]
}

export function sample<Item>(): Sample<Item> {
  let kept: readonly Drift<Item>[] = []
  let fresh: Drift<Item>[] = []
  function prune(): readonly Drift<Item>[] {
    kept = largestOf([...kept, ...fresh])
    fresh = []
    return kept
  }
  return {
    add(one) {
      if (fresh.push(one) >= 9 * sampleSize) prune()
    },
    largest: prune,
  }
}

export function largestOf<Item>(found: readonly Drift<Item>[]): readonly Drift<Item>[] {
  return [...found].sort(byWeight).slice(0, sampleSize)
}
