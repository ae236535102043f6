import assert from 'node:assert/strict'
import type { Change } from '../../core/change.ts'
import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { inTime } from './in-time.ts'
import { patiently } from './patiently.ts'
import { assertHolds, batchSizeOf, freshItems, freshStates, heldBy, type Trial, type Trials } from './trial.ts'

/** What every target promises of attempts that are cut off, and of those that run at the same time. */
export function attemptClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  return [
    clause([], 'a signal that is aborted already never makes it hang', async (trial) => {
      const [item] = freshStates(trial, 1)
      const stop = new AbortController()
      stop.abort()
      const change = trial.upsert(item, trial.version(1))
      await cutOff(trial, change, trial.deliver([change], { signal: stop.signal }))
    }),
    clause(
      [],
      'an attempt that is aborted under way neither hangs nor is rejected, and a later one settles it',
      (trial) => abortedUnderWay(trial, new DOMException('The invocation has ended.', 'AbortError')),
    ),
    clause([], 'an attempt whose time is up neither hangs nor is rejected, and a later one settles it', (trial) =>
      abortedUnderWay(trial, new TargetUnavailableError('"contract" did not answer within 1 ms.')),
    ),
    clause([], 'concurrent changes of different items are all applied', concurrent),
    clause([], 'the same change twice at the same time is a success, and changes nothing more', async (trial) => {
      const [item] = freshStates(trial, 1)
      for (const change of [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))]) {
        await Promise.all([patiently(trial, [change]), patiently(trial, [change])])
        await assertHolds(trial, [change])
      }
    }),
  ]
}

/** At once, and a little later, for a target may look at its signal here and there. */
async function abortedUnderWay<Item>(trial: Trial<Item>, reason: Error): Promise<void> {
  for (const turns of [0, 1, 2, 4]) {
    const [item] = freshStates(trial, 1)
    await abortedAfter(turns, trial, trial.upsert(item, trial.version(1)), reason)
    // Another item: without a guard, what was given up above may still arrive.
    const [removed] = freshStates(trial, 1)
    await trial.deliver([trial.upsert(removed, trial.version(1))])
    await abortedAfter(turns, trial, trial.removal(removed, trial.version(2)), reason)
  }
}

async function abortedAfter<Item>(
  turns: number,
  trial: Trial<Item>,
  change: Change<Item>,
  reason: Error,
): Promise<void> {
  const stop = new AbortController()
  const attempt = trial.deliver([change], { signal: stop.signal, timeoutMs: 1 })
  attempt.catch(() => undefined) // looked at below
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  stop.abort(reason)
  await cutOff(trial, change, attempt)
  await patiently(trial, [change])
  await assertHolds(trial, [change])
}

/** It may reject or do the work, soon, and all of it or nothing. */
async function cutOff<Item>(trial: Trial<Item>, change: Change<Item>, attempt: Promise<unknown>): Promise<void> {
  const answer = await inTime(
    trial.clock,
    attempt.then(
      () => 'answered',
      (error: unknown) => (isFinal(error) ? error : 'failed'),
    ),
    'the target neither answers nor rejects though its signal is aborted',
  )
  if (answer instanceof assert.AssertionError) throw answer
  assert.ok(!(answer instanceof Error), 'an aborted attempt is no rejected change: another try may help')
  const there = (await heldBy(trial, [change]))?.has(change.key) === true
  if (answer === 'answered' || (there && change.type === 'upsert')) await assertHolds(trial, [change])
}

function isFinal(error: unknown): boolean {
  return isSyncError(error, 'TARGET_REJECTED') || error instanceof assert.AssertionError
}

async function concurrent<Item>(trial: Trial<Item>): Promise<void> {
  const size = Math.min(4, batchSizeOf(trial.target))
  const upserts = freshItems(trial, 12).map((item) => trial.upsert(item, trial.version(1)))
  const removals = upserts.filter((_, index) => index % 3 === 1).flatMap(({ item }) => item ?? [])
  const changes = [...upserts, ...removals.map((item) => trial.removal(item, trial.version(2)))]
  const together = async (some: readonly Change<Item>[]) => {
    const starts = some.map((_, index) => index).filter((index) => index % size === 0)
    const answers = await Promise.all(starts.map((start) => patiently(trial, some.slice(start, start + size))))
    for (const answer of answers.flat()) assert.notEqual(answer, 'stale', 'there was nothing newer')
  }
  await together(upserts)
  await together(changes.slice(upserts.length))
  await assertHolds(trial, [...new Map(changes.map((change) => [change.key, change])).values()])
}
