import { foldLanes } from '../core/lanes.ts'
import type { Laned, Selected } from './pipeline.ts'

/** Gathers the changes into one lane per item, folded to the newest unless told otherwise. */
export function lanes<Item>(selected: Selected<Item>, coalesce: boolean): Laned<Item> {
  return { ...selected, lanes: foldLanes(selected.entries, coalesce) }
}
