import type { Played } from './cast.ts'
import type { Act, Plan } from './plan.ts'
import type { Pollers } from './pollers.ts'
import type { Redrive } from './redriver.ts'
import type { Row } from './source.ts'
import { someMs, type World } from './world.ts'

export interface ActsOptions {
  readonly world: World
  readonly streams: Pollers
  readonly redrive: Redrive
  readonly reconcile: () => Promise<void>
  readonly inBackground: (work: Promise<unknown>) => void
}

type Performers = { readonly [K in Act['kind']]: (act: Extract<Act, { kind: K }>) => Promise<void> | void }

/** What each act does to the world. */
export function acts<Item>(
  plan: Plan<Item>,
  cast: Played<Item>,
  { world, streams, redrive, reconcile, inBackground }: ActsOptions,
): (act: Act) => Promise<void> {
  const { clock, journal, table } = world
  const hour = 3_600_000

  /** One of the keys that were ever written. */
  function keyOf(index: number): string {
    const keys = table.keys()
    return keys[index % Math.max(1, keys.length)] ?? ''
  }
  /** The targets that are to hold a row, by their indices. */
  function targetsOf(row: Row | undefined): string {
    const item = cast.itemOf(row)
    return item === undefined
      ? ''
      : cast.sync.routes.flatMap(({ accepts, index }) => ((accepts?.(item) ?? true) ? index : [])).join()
  }
  function write(row: object): void {
    journal.note('writer', `writes ${JSON.stringify(row)}`)
    const writes = table.writes.length
    table.put(row as Row)
    const [from, to] = [targetsOf(table.writes[writes]?.before), targetsOf(table.writes[writes]?.row)]
    if (from !== '' && to !== '' && from !== to) journal.count('move between targets')
  }
  function remove(key: string, expired: boolean): void {
    if (!table.rows().has(key)) return
    journal.count(expired ? 'time to live' : 'removal')
    journal.note('writer', `${expired ? 'expires' : 'removes'} ${key}`)
    table.remove(key, expired)
  }
  function reshape(kind: 'split' | 'roll' | 'merge', shard: number): void {
    if (table.active()[kind](shard)) journal.count(`shard ${kind}`)
  }
  function removeUnseen(): void {
    const [key] = table.rows().keys()
    if (key === undefined) return
    table.removeUnseen(key)
    world.needsReconcile = true
    journal.note('writer', `removes ${key} while no stream is on`)
  }

  const performers: Performers = {
    write({ row }) {
      const drawn = plan.rows[row % Math.max(1, plan.rows.length)]
      if (drawn === undefined) return
      const stored = cast.stored ? cast.stored(drawn, table.writes.length) : (drawn as object)
      if (stored) write(stored)
    },
    remove: ({ key }) => remove(keyOf(key), false),
    expire: ({ key }) => remove(keyOf(key), true),
    rewrite({ key }) {
      const row = table.rows().get(keyOf(key))
      if (!row) return
      journal.count('write without effect')
      table.put({ ...row })
    },
    spoil({ key }) {
      const row = table.rows().get(keyOf(key))
      const spoilt = row && cast.spoil?.(row)
      if (!spoilt) return
      journal.count('invalid item')
      write(spoilt)
    },
    split: ({ kind, shard }) => reshape(kind, shard),
    roll: ({ kind, shard }) => reshape(kind, shard),
    merge: ({ kind, shard }) => reshape(kind, shard),
    stall({ shard }) {
      journal.count('shard throttled')
      table.active().stall(shard, someMs(world, 500, 5_000))
    },
    reenable({ gap }) {
      journal.count('stream re-enabled')
      const stream = table.reenable()
      journal.note('table', `has another stream, ${stream.arn.slice(-30)}`)
      if (gap) removeUnseen()
      streams.follow(stream)
    },
    async failover() {
      const left = streams.undelivered().length
      const stopping = streams.leaveAll()
      const stream = table.failOver()
      journal.count(streams.knows(stream) ? 'fail-back' : 'fail-over')
      streams.raiseEpoch()
      // A stream that was read before goes on at its checkpoint: what the other one had begun to repeat stays half done.
      if (streams.knows(stream) && left > 0) world.needsReconcile = true
      journal.note('table', `fails over to ${stream.arn.slice(17, 30)}`)
      await stopping
      streams.follow(stream)
    },
    async restore({ back }) {
      journal.count('restore')
      await streams.leaveAll()
      const stream = table.restore(back)
      streams.raiseEpoch()
      world.needsReconcile = true
      journal.note('table', `is restored to what it was ${String(back)} writes ago`)
      streams.follow(stream)
    },
    async outage({ hours }) {
      journal.count(`outage of ${String(hours)} h`)
      journal.note('functions', `are not invoked for ${String(hours)} h`)
      const left = streams.followed()
      void performers.write({ kind: 'write', row: hours }) // what waits all that time
      await streams.leaveAll()
      const before = streams.undelivered(left).length
      await clock.sleep(hours * hour)
      if (streams.undelivered(left).length < before) world.needsReconcile = true // the stream let go of some
      left.forEach(streams.follow)
    },
    redrive: ({ letters, mode }) => inBackground(redrive(letters, mode)),
    reconcile: () => inBackground(reconcile()),
    tamper({ target, key }) {
      const falsified = keyOf(key)
      if (cast.tamper?.(target, falsified) !== true) return
      world.needsReconcile = true
      journal.count('tampered with')
      journal.note('warehouse', `a quantity of ${falsified} is falsified`)
    },
  }

  return async (act) => {
    const perform = performers[act.kind] as (act: Act) => Promise<void> | void // the one for this kind
    await perform(act)
  }
}
