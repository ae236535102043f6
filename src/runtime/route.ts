import type { Change } from '../core/change.ts'
import { routeLanes } from '../core/routes.ts'
import type { Laned, Routed } from './pipeline.ts'
import type { Sync } from './sync.ts'

/** Tells each target its part of the lanes, by what the filters answered when the records were judged. */
export function route<Item>(laned: Laned<Item>, sync: Sync<Item>): Routed<Item> {
  const { lanes, verdicts } = laned
  const routes = sync.routes.map((route) => {
    const { accepts, index } = route
    const isAccepted = (change: Change<Item>): boolean => {
      const verdict = verdicts.get(change) ?? 'all'
      return verdict === 'all' || verdict[index] === true
    }
    return { route, lanes: routeLanes(lanes, index, accepts && isAccepted) }
  })
  return { ...laned, routes }
}
