import type { ItemKey } from './key.ts'
import type { StreamRecord } from './stream-record.ts'

interface ChangeFacts<Item> extends ItemKey {
  /** An idempotency key: the same at every redelivery, another at every redrive or repair. */
  readonly id: string
  readonly version: string
  /** When the write happened, as the stream tells it: in whole seconds, rounded down. */
  readonly changedAt: Date
  /** The item before this write, where the stream carries old images and the schema accepts this one. */
  readonly previous?: Item | undefined
  /** The record behind the change. Absent in a repair. */
  readonly record?: StreamRecord | undefined
}

/** The absolute state of one item after a write, or its removal. Never a delta. */
export type Change<Item> = ChangeFacts<Item> &
  ({ readonly type: 'upsert'; readonly item: Item } | { readonly type: 'removal'; readonly item?: undefined })

/** The idempotency key of a change: key and version, and what tells a redrive or a repair from the first delivery. */
export function changeId(key: string, version: string, again?: string): string {
  return again === undefined ? `${key}#${version}` : `${key}#${version}#${again}`
}

/** The same write, seen by a target that the item left: its removal. */
export function asRemoval<Item>(change: Change<Item>): Change<Item> {
  if (change.type === 'removal') return change
  const { id, key, keyAttributes, version, changedAt, record } = change
  return {
    type: 'removal',
    id,
    key,
    keyAttributes,
    version,
    changedAt,
    record,
    get previous() {
      return change.previous
    },
  }
}
