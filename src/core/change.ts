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

/** Everything of a change but its state. */
export type ChangeBase = Omit<ChangeFacts<never>, 'previous'>

/**
 * Makes changes whose `previous` is read when somebody looks, and once. A class, because an accessor on each object, or
 * a prototype named in a literal, costs several times more: a change would cost more than decoding its image.
 */
export function changeMaker<Item>(
  readPrevious: (record: StreamRecord | undefined) => Item | undefined,
): (type: Change<Item>['type'], facts: ChangeBase, item: Item | undefined) => Change<Item> {
  const known = new WeakMap<object, { readonly previous: Item | undefined }>()

  class RecordedChange implements ChangeFacts<Item> {
    readonly type: Change<Item>['type']
    readonly id: string
    readonly key: string
    readonly keyAttributes: ItemKey['keyAttributes']
    readonly version: string
    readonly changedAt: Date
    readonly record: StreamRecord | undefined
    readonly item: Item | undefined

    constructor(type: Change<Item>['type'], facts: ChangeBase, item: Item | undefined) {
      this.type = type
      this.id = facts.id
      this.key = facts.key
      this.keyAttributes = facts.keyAttributes
      this.version = facts.version
      this.changedAt = facts.changedAt
      this.record = facts.record
      this.item = item
    }

    get previous(): Item | undefined {
      let answer = known.get(this)
      if (!answer) known.set(this, (answer = { previous: readPrevious(this.record) }))
      return answer.previous
    }
  }
  // Type and item belong together by the callers' word.
  return (type, facts, item) => new RecordedChange(type, facts, item) as Change<Item>
}

/** The same write, seen by a target that the item left: its removal. */
export function asRemoval<Item>(change: Change<Item>): Change<Item> {
  if (change.type === 'removal') return change
  const { id, key, keyAttributes, version, changedAt, record } = change
  const prototype: unknown = Object.getPrototypeOf(change) // where `previous` is read
  const removal: unknown = { __proto__: prototype, type: 'removal', id, key, keyAttributes, version, changedAt, record }
  return removal as Change<Item>
}
