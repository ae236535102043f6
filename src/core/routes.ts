import { asRemoval, type Change } from './change.ts'
import type { Lane, Touches } from './lanes.ts'

/** Which items a target holds: the sync's filter and the route's, as one. Absent: all. */
export type Accepts<Item> = ((item: Item) => boolean) | undefined

/** One target's part of a lane, oldest first. */
export interface RoutedLane<Item> {
  readonly key: string
  readonly first: number
  readonly changes: readonly Change<Item>[]
}

/**
 * Which targets an image concerns. An image that is missing or fails the schema could have been anywhere: all.
 */
export function touchesOf<Item>(image: Item | undefined, filters: readonly Accepts<Item>[]): Touches {
  if (image === undefined) return 'all'
  const touches = filters.map((accepts) => accepts === undefined || accepts(image))
  return touches.includes(false) ? touches : 'all'
}

/** One target's part of the lanes: what it accepts as it is, anything else of a lane that touches it as a removal. */
export function routeLanes<Item>(
  lanes: readonly Lane<Item>[],
  target: number,
  accepts: Accepts<Item>,
): readonly RoutedLane<Item>[] {
  if (accepts === undefined) return lanes.every(({ touches }) => touches === 'all') ? lanes : lanes.filter(touched)
  return lanes.filter(touched).map(({ key, first, changes }) => ({
    key,
    first,
    changes: changes.map((change) => (change.type === 'removal' || accepts(change.item) ? change : asRemoval(change))),
  }))

  function touched({ touches }: Lane<Item>): boolean {
    return touches === 'all' || touches[target] === true
  }
}
