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
 * Makes changes whose `previous` is read when somebody looks, and once. The accessor stands on a shared prototype: an
 * accessor of its own would cost each change more than decoding its image.
 */
export function changeMaker<Item>(
  readPrevious: (record: StreamRecord | undefined) => Item | undefined,
): (type: Change<Item>['type'], facts: ChangeBase, item: Item | undefined) => Change<Item> {
  const known = new WeakMap<object, { readonly previous: Item | undefined }>()
  const prototype = {
    get previous(): Item | undefined {
      const change = this as unknown as Change<Item> // the prototype of changes, and of nothing else
      let answer = known.get(change)
      if (!answer) known.set(change, (answer = { previous: readPrevious(change.record) }))
      return answer.previous
    },
  }
  return (type, { id, key, keyAttributes, version, changedAt, record }, item) => {
    // `__proto__` in a literal names the prototype; type and item belong together by the callers' word.
    const change: unknown = { __proto__: prototype, type, id, key, keyAttributes, version, changedAt, record, item }
    return change as Change<Item>
  }
}

/** The same write, seen by a target that the item left: its removal. */
export function asRemoval<Item>(change: Change<Item>): Change<Item> {
  if (change.type === 'removal') return change
  const { id, key, keyAttributes, version, changedAt, record } = change
  const prototype: unknown = Object.getPrototypeOf(change) // where `previous` is read
  const removal: unknown = { __proto__: prototype, type: 'removal', id, key, keyAttributes, version, changedAt, record }
  return removal as Change<Item>
}
