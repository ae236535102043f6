import { foldLanes } from '../core/lanes.ts'
import type { Laned, Selected } from './pipeline.ts'

/** Gathers the changes into one lane per item, folded to the newest unless told otherwise. */
export function lanes<Item>({ entries, ...batch }: Selected<Item>, coalesce: boolean): Laned<Item> {
  return { ...batch, lanes: foldLanes(entries, coalesce) }
}
