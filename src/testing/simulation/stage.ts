import { acts } from './acts.ts'
import type { Played } from './cast.ts'
import { checkpoint } from './checkpoint.ts'
import { fleet } from './fleet.ts'
import type { Act, Plan } from './plan.ts'
import { pollers } from './pollers.ts'
import { reconciler } from './reconciler.ts'
import { redriver } from './redriver.ts'
import { Violation } from './violation.ts'
import { messageOf, type World } from './world.ts'

/** Where a run is played. */
export interface Stage {
  readonly perform: (act: Act) => Promise<void>
  /** Faults end, streams run dry, letters are redriven, and what was dropped is reconciled. */
  readonly rest: () => Promise<void>
}

export function stage<Item>(plan: Plan<Item>, cast: Played<Item>, world: World): Stage {
  const { clock, journal, queue, table, trace } = world
  const background: Promise<unknown>[] = []
  const inBackground = (work: Promise<unknown>): void =>
    void background.push(work.catch((error: unknown) => trace.violate('ends', messageOf(error))))
  const processes = fleet(cast, world, plan.mapping.timeoutMs)
  const checkpoints = checkpoint(cast, world)
  const streams = pollers(plan, cast, { world, processes, checkpoints, inBackground })
  const redrive = redriver(cast, { world, processes })
  const reconcile = reconciler(cast, { world, processes, streams })
  streams.follow(table.active())

  async function dry(): Promise<void> {
    for (let turn = 0, last = -1; turn < 240; turn++) {
      const left = streams.undelivered().length
      if (left === 0) return
      if (left !== last) turn = 0
      last = left
      await clock.sleep(2_500)
    }
    const left = streams.undelivered().length
    throw new Violation('P3', `the stream does not run dry: ${String(left)} records stay undelivered`)
  }

  async function redriveAll(): Promise<void> {
    for (let idle = 0; idle < 6 && !queue.isEmpty();) {
      idle = (await redrive(10, 'current')) > 0 ? 0 : idle + 1
      await clock.sleep(31_000) // until hidden messages show, and breakers try again
    }
  }

  return {
    perform: acts(plan, cast, { world, streams, redrive, reconcile, inBackground }),
    async rest() {
      journal.note('world', 'comes to rest: faults and writes end')
      world.faults.calm()
      for (let ended = 0; ended < background.length; ended++) await background[ended]
      await dry()
      await clock.sleep(30_000) // what was sent late arrives
      await redriveAll()
      await dry()
      if (world.needsReconcile) await reconcile()
      await streams.leaveAll()
    },
  }
}
