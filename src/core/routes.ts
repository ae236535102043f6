import { DecodeError } from '../errors.ts'
import { isThenable } from './objects.ts'
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

/** Both filters as one, which answers true or false, or throws a DecodeError. Undefined where neither is there. */
export function bothAccept<Item>(a: Accepts<Item>, b: Accepts<Item>): Accepts<Item> {
  if (!a && !b) return undefined
  return (item) => (!a || isAccepted(a, item)) && (!b || isAccepted(b, item))
}

/** Every promise is truthy: an asynchronous filter would accept everything. */
function isAccepted<Item>(accepts: (item: Item) => boolean, item: Item): boolean {
  const verdict: unknown = accepts(item)
  if (typeof verdict === 'boolean') return verdict
  if (isThenable(verdict)) verdict.then(undefined, () => undefined) // its failure is nobody's any more
  throw new DecodeError('A `when` filter answered neither true nor false: `when` must answer true or false at once.')
}

/**
 * Which targets an image concerns. An image that is missing or fails the schema could have been anywhere: all.
 */
export function touchesOf<Item>(image: Item | undefined, filters: readonly Accepts<Item>[]): Touches {
  if (image === undefined) return 'all'
  const touches = filters.map((accepts) => accepts === undefined || accepts(image))
  return touches.includes(false) ? touches : 'all'
}

/**
 * One target's part of the lanes: what it accepts as it is, anything else of a lane that touches it as a removal.
 * `accepts` is undefined for a target without a filter.
 */
export function routeLanes<Item>(
  lanes: readonly Lane<Item>[],
  target: number,
  accepts: ((change: Change<Item>) => boolean) | undefined,
): readonly RoutedLane<Item>[] {
  if (accepts === undefined) return lanes.every(({ touches }) => touches === 'all') ? lanes : lanes.filter(touched)
  return lanes.filter(touched).map(({ key, first, changes }) => ({
    key,
    first,
    changes: changes.map((change) => (change.type === 'removal' || accepts(change) ? change : asRemoval(change))),
  }))

  function touched({ touches }: Lane<Item>): boolean {
    return touches === 'all' || touches[target] === true
  }
}
