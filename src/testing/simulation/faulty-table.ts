import { TargetUnavailableError } from '../../errors.ts'
import type { SourceTable } from '../../ports/table.ts'
import type { Container } from './container.ts'
import { hanging } from './hanging.ts'
import { someMs, type World } from './world.ts'

/** The run's table as one process sees it. */
export function faultyTable(process: Container, world: World): SourceTable {
  const { table, journal } = world
  return {
    snapshot: table.snapshot,
    read: (keys, context) =>
      process.call(async () => {
        const fault = world.faults.ofTable()
        if (fault !== 'none') journal.count(`table ${fault}`)
        if (fault === 'unavailable') throw new TargetUnavailableError('The table is unavailable, as the run wants.')
        if (fault === 'hang') return hanging(context)
        if (fault === 'slow') await world.clock.sleep(someMs(world, 10, 1_500))
        return table.read(keys)
      }),
  }
}
