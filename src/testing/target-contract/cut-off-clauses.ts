import assert from 'node:assert/strict'
import { rowsOf } from '../rows-of.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { inTime } from './in-time.ts'
import { keyOf, keysOf, missing, read, sorted, upserts } from './look.ts'
import type { Trials } from './trial.ts'

/** What a target that lets others look into it promises of looks that are cut off: not to know is not to hold nothing. */
export function cutOffClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  return [
    clause(
      ['read'],
      'read: a signal that is aborted already never makes it hang, nor deny what it holds',
      async (trial) => {
        const changes = upserts(trial, 2)
        await trial.deliver(changes)
        const answer = await inTime(trial.clock, settled(read(trial, changes, aborted())), 'the read hangs')
        if (answer) assert.deepEqual(keysOf(trial, answer), sorted(changes.map(({ key }) => key)))
      },
    ),
    clause(
      ['snapshot'],
      'snapshot: aborted, it ends, and never says that it was complete without all rows',
      async (trial) => {
        const changes = upserts(trial, 30)
        await trial.deliver(changes)
        const snapshot = trial.target.snapshot?.() ?? missing()
        const read = await inTime(trial.clock, settled(rowsOf(snapshot, { signal: aborted() })), 'the snapshot hangs')
        if (read === undefined || read.summary?.complete === false) return
        const keys = new Set(read.rows.map((row) => keyOf(trial, row)))
        assert.deepEqual(
          changes.filter(({ key }) => !keys.has(key)).map(({ key }) => key),
          [],
        )
      },
    ),
  ]
}

function aborted(): AbortSignal {
  const stop = new AbortController()
  stop.abort()
  return stop.signal
}

/** Undefined for what rejects: it said that it could not tell. */
function settled<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof assert.AssertionError) throw error
    return undefined
  })
}
