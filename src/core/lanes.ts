import type { Change } from './change.ts'
import { isConflict, merge } from './merge.ts'
import { compareVersions } from './version.ts'

/** One record's part in a lane: its change, its place in the batch, and which targets its images touch. */
export interface LaneEntry<Item> {
  readonly position: number
  readonly change: Change<Item>
  readonly touches: Touches
}

/** Which targets a record concerns: one flag per target, or all of them. */
export type Touches = readonly boolean[] | 'all'

/** All changes of one item in one batch, oldest first; folded, only the newest of them. */
export interface Lane<Item> {
  readonly key: string
  /** The position of the lane's first record: what is reported when the lane stays unresolved. */
  readonly first: number
  readonly changes: readonly Change<Item>[]
  readonly touches: Touches
  /** Records beyond the changes that are left to deliver. */
  readonly coalesced: number
  /** Ties with different content, and records that arrived out of version order. */
  readonly conflicts: number
}

interface OpenLane<Item> {
  readonly key: string
  first: number
  readonly changes: Change<Item>[]
  touches: Touches
  coalesced: number
  conflicts: number
}

/** Gathers changes into lanes, one per item, in the order of their first records. */
export function foldLanes<Item>(entries: Iterable<LaneEntry<Item>>, coalesce: boolean): readonly Lane<Item>[] {
  const lanes = new Map<string, OpenLane<Item>>()
  for (const { position, change, touches } of entries) {
    const lane = lanes.get(change.key)
    if (lane) add(lane, position, change, touches, coalesce)
    else
      lanes.set(change.key, {
        key: change.key,
        first: position,
        changes: [change],
        touches,
        coalesced: 0,
        conflicts: 0,
      })
  }
  return [...lanes.values()]
}

function add<Item>(
  lane: OpenLane<Item>,
  position: number,
  change: Change<Item>,
  touches: Touches,
  coalesce: boolean,
): void {
  const newest = lane.changes[lane.changes.length - 1] ?? change
  lane.first = Math.min(lane.first, position)
  lane.touches = union(lane.touches, touches)
  if (compareVersions(change.version, newest.version) < 0 || isConflict(newest, change)) lane.conflicts++
  if (coalesce) {
    lane.coalesced++
    lane.changes[0] = merge(newest, change)
  } else {
    lane.changes.push(change)
    if (compareVersions(change.version, newest.version) < 0)
      lane.changes.sort((a, b) => compareVersions(a.version, b.version))
  }
}

function union(a: Touches, b: Touches): Touches {
  if (a === 'all' || b === 'all') return 'all'
  return a.map((touched, index) => touched || b[index] === true)
}
