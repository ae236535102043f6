import { routeLanes } from '../core/routes.ts'
import type { Laned, Routed } from './pipeline.ts'
import type { Sync } from './sync.ts'

/** Tells each target its part of the lanes. */
export function route<Item>(laned: Laned<Item>, sync: Sync<Item>): Routed<Item> {
  const routes = sync.routes.map((route) => ({ route, lanes: routeLanes(laned.lanes, route.index, route.accepts) }))
  return { ...laned, routes }
}
