import type { SyncConfig } from '../../runtime/config.ts'
import { resolveSync, type Sync } from '../../runtime/sync.ts'
import type { Plan } from './plan.ts'
import type { Row } from './source.ts'
import type { Subject } from './subject.ts'
import type { Surroundings } from './world.ts'

/** One world's configuration and what is simulated in it. */
export interface Cast<Item> {
  readonly config: SyncConfig<Item>
  readonly subject: Subject<Item>
  /** What the stream shows of a write. Default `NEW_AND_OLD_IMAGES`. */
  readonly view?: string
  /** Falsifies a row within a warehouse. Answers whether there was one. */
  readonly tamper?: (target: number, key: string) => boolean
  /** A row as the table holds it at its n-th write, where an attribute has to grow; undefined: not at all. Default: as drawn. */
  readonly stored?: (row: Item, write: number) => object | undefined
  /** A row that its schema refuses. Default: none is written. */
  readonly spoil?: (row: Row) => object | undefined
}

export type MakeCast<Item> = (surroundings: Surroundings, plan: Plan<Item>) => Cast<Item>

/** A cast with its configuration resolved. */
export interface Played<Item> extends Cast<Item> {
  readonly sync: Sync<Item>
  /** A target compares nothing: it relies on one stream that never goes back. */
  readonly isOrdered: boolean
  /** A record's deliveries follow from what the table holds when it is read. */
  readonly isHydrated: boolean
  /** A row as its schema reads it; undefined where it refuses. */
  readonly itemOf: (row: Row | undefined) => Item | undefined
}

export function played<Item>(cast: Cast<Item>): Played<Item> {
  const sync = resolveSync<Item>(cast.config)
  return {
    ...cast,
    sync,
    isOrdered: sync.routes.some(({ guarded }) => !guarded),
    isHydrated: cast.view === 'KEYS_ONLY' || cast.view === 'OLD_IMAGE',
    itemOf(row) {
      if (!row) return undefined
      const answer = sync.item.schema['~standard'].validate(row)
      return answer instanceof Promise || answer.issues ? undefined : answer.value
    },
  }
}
