import type { StreamRecord } from '../../core/stream-record.ts'
import type { Played } from './cast.ts'
import type { Write } from './source.ts'
import { nameOf, type World } from './world.ts'

/** Which records Lambda will not deliver again. */
export interface Checkpoint {
  readonly isDone: (record: StreamRecord) => boolean
  /** P1: a record that is done has reached its targets, or the DLQ. */
  readonly finish: (record: StreamRecord) => void
  /** It is done, and nobody has it. */
  readonly drop: (record: StreamRecord) => void
}

export function checkpoint<Item>({ sync, isHydrated, itemOf }: Played<Item>, world: World): Checkpoint {
  const { table, trace } = world
  const done = new Set<string>() // event ids

  function judge(record: StreamRecord, write: Write): void {
    const now = itemOf(write.row)
    if (write.row && now === undefined) {
      if (!trace.hasPoison(record))
        trace.violate('P1', `${nameOf(world, record)} cannot be read, is done, and was not parked`)
      return
    }
    const rank = { epoch: world.epochs[record.eventSourceARN ?? ''] ?? 0, index: write.index }
    const before = itemOf(write.before)
    for (const { name, accepts } of sync.routes) {
      const concerned = [now, before].some((item) => item !== undefined && (accepts?.(item) ?? true))
      if (concerned && !trace.accountsFor(name, write.key, rank))
        trace.violate(
          'P1',
          `${nameOf(world, record)} is done, but ${name} has neither it nor a newer state, nor has the DLQ`,
        )
    }
  }

  /** Nobody has to be told of it, or what is told follows from the table. */
  function isExempt({ row, before, expired }: Write): boolean {
    if (isHydrated || (expired && sync.ttl === 'ignore')) return true
    return row !== undefined && before !== undefined && sync.item.fields !== undefined
  }

  return {
    isDone: ({ eventID }) => done.has(eventID ?? ''),
    finish(record) {
      const write = table.writeOf(record)
      if (!write || done.has(record.eventID ?? '')) return
      done.add(record.eventID ?? '')
      if (!isExempt(write)) judge(record, write)
    },
    drop({ eventID }) {
      done.add(eventID ?? '')
      world.needsReconcile = true
    },
  }
}
