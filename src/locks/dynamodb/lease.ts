import { randomUUID } from 'node:crypto'
import { TargetUnavailableError } from '../../errors.ts'
import type { Lease } from '../../ports/lock.ts'
import { deleteRow, ownToken, putRow, rowInTheWay, type LockRow } from './row.ts'
import type { DynamoDbLockSettings } from './settings.ts'

/** The lease of a row that was just written. */
export function leaseOf(settings: DynamoDbLockSettings, mine: LockRow): Lease {
  return {
    async renew() {
      const refusal = await putRow(settings, { ...mine, revision: randomUUID() }, ownToken(mine))
      if (refusal === undefined) return
      const held = await rowInTheWay(settings, mine.name, refusal)
      throw new TargetUnavailableError(
        held === undefined
          ? 'The lock was let go, or its row was deleted: the lease is lost.'
          : 'The lock was taken by somebody else: the lease is lost. Renew it earlier, or take a longer lease.',
      )
    },
    release: () => deleteRow(settings, mine),
  }
}
