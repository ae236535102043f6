import type { StreamRecord } from '../../core/stream-record.ts'
import type { Played } from './cast.ts'
import type { Fleet } from './fleet.ts'
import type { Pollers } from './pollers.ts'
import { messageOf, type World } from './world.ts'

const longestMs = 900_000 // what Lambda gives

/** Runs reconcile once over every target that has a snapshot, with all that a deployment can tell it. */
export function reconciler<Item>(
  { subject, sync }: Played<Item>,
  { world, processes, streams }: { readonly world: World; readonly processes: Fleet<Item>; readonly streams: Pollers },
): () => Promise<void> {
  const { clock, journal, queue, table, trace } = world

  function parkedKeys(): readonly string[] {
    return queue.letters().flatMap((letter) => {
      const key = letter.type === 'delivery' ? letter.key : table.writeOf(letter.record as StreamRecord)?.key
      return key ?? []
    })
  }
  /** A row that changed and changed back while reconcile waited looks unchanged to it: what was written since is left out. */
  function isInFlight(key: string, since: number): boolean {
    const undelivered = streams.undelivered().filter(({ at }) => at < since)
    return parkedKeys().includes(key) || undelivered.some(({ record }) => table.writeOf(record)?.key === key)
  }

  return async () => {
    const { name, handler: ports, invoke } = processes.alone('reconcile', longestMs)
    const begun = clock.now()
    const reconciling = () => ({
      snapshots: Object.fromEntries(
        sync.routes.flatMap(({ name: target, target: place }) => (place.snapshot ? [[target, place.snapshot()]] : [])),
      ),
      lagMs: () => Promise.resolve(Math.max(0, ...streams.undelivered().map(({ at }) => clock.now() - at))),
      pending: (keys: readonly { readonly key: string }[]) => {
        const parked = new Set(parkedKeys())
        return Promise.resolve(keys.flatMap(({ key }) => (parked.has(key) ? [key] : [])))
      },
      onDrift(target: string, key: string) {
        journal.note(name, `finds drift of ${key} at ${target}`)
        if (isInFlight(key, begun)) trace.violate('P11', `${key} at ${target} was in flight, and reported as drift`)
      },
      orphans: sync.ttl === 'ignore' ? ('report' as const) : ('remove' as const),
    })
    journal.count('reconcile')
    journal.note(name, 'begins')
    await invoke(async () => subject.reconcile(ports, reconciling()), world.faults.ofFunction()).catch(
      (error: unknown) => journal.note(name, `failed: ${messageOf(error)}`),
    )
  }
}
