import { randomUUID } from 'node:crypto'
import { TargetRejectedError } from '../../errors.ts'
import type { Lease } from '../../ports/lock.ts'
import { leaseOf } from './lease.ts'
import { putRow, rowInTheWay, type HeldRow, type LockRow } from './row.ts'
import type { DynamoDbLockSettings } from './settings.ts'

/** What was seen of a lock that somebody else held. */
export interface Sighting {
  readonly revision: string
  /** On the monotonic clock. */
  readonly at: number
}

/** One lock, and what it saw of others who held a name. */
export interface LockState {
  readonly settings: DynamoDbLockSettings
  readonly sightings: Map<string, Sighting>
}

/** Locks have few names; what was seen of so many others is forgotten. */
const mostSightings = 1_000

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const longestName = 2_048

/** Takes the lock if it is free, or was left by somebody who did not renew it. */
export async function acquire(state: LockState, name: string, leaseMs: number): Promise<Lease | undefined> {
  check(name, leaseMs)
  const { settings, sightings } = state
  const mine: LockRow = { name, token: randomUUID(), revision: randomUUID(), leaseMs }
  const free = {
    expression: 'attribute_not_exists(#key) OR #expiresAt < :past',
    names: { '#expiresAt': 'expiresAt' },
    values: { ':past': { N: String(Math.floor(settings.clock.now()) - settings.maxClockSkewMs) } },
  }
  const held = await taken(settings, mine, free)
  if (held === 'taken' || (held !== undefined && (await takenOver(state, mine, held)))) {
    sightings.delete(name)
    return leaseOf(settings, mine)
  }
  return undefined
}

/** A row that has not changed for a whole lease, on one's own monotonic clock, is one that nobody renews. */
async function takenOver({ settings, sightings }: LockState, mine: LockRow, held: HeldRow): Promise<boolean> {
  const { name } = mine
  const seen = sightings.get(name)
  const now = settings.clock.monotonic()
  if (seen?.revision !== held.revision) {
    sightings.delete(name)
    sightings.set(name, { revision: held.revision, at: now })
    const [oldest] = sightings.keys()
    if (sightings.size > mostSightings && oldest !== undefined) sightings.delete(oldest)
    return false
  }
  if (now - seen.at < held.leaseMs) return false
  const unchanged = {
    expression: '#revision = :seen',
    names: { '#revision': 'revision' },
    values: { ':seen': { S: held.revision } },
  }
  return (await taken(settings, mine, unchanged)) === 'taken'
}

/** `taken`, or the row that stands in the way; undefined: it was gone when it was looked at. */
async function taken(
  settings: DynamoDbLockSettings,
  mine: LockRow,
  condition: Parameters<typeof putRow>[2],
): Promise<'taken' | HeldRow | undefined> {
  const refusal = await putRow(settings, mine, condition)
  if (refusal === undefined) return 'taken'
  const held = await rowInTheWay(settings, mine.name, refusal)
  return held?.token === mine.token ? 'taken' : held // an answer that was lost, and the SDK asked again
}

function check(name: unknown, leaseMs: unknown): void {
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > longestName)
    throw new TargetRejectedError(`A lock's name is a text of 1 to ${longestName} bytes.`)
  if (!(Number(leaseMs) > 0 && Number(leaseMs) <= Number.MAX_SAFE_INTEGER))
    throw new TargetRejectedError('A lease lasts a number of milliseconds above 0.')
}
