import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Change } from '../../core/change.ts'
import { compareVersions, lowestVersion, repairVersion } from '../../core/version.ts'
import type { ApplyResult } from '../../ports/target.ts'
import { testVersion } from '../test-versions.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { patiently } from './patiently.ts'
import { assertHolds, freshStates, type Trial, type Trials } from './trial.ts'

/** What a guarded target promises: an older version never overwrites a newer one, removals included. */
export function guardClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  const guarded = ['guarded'] as const
  return [
    clause(guarded, 'guarded: an older upsert never overwrites a newer one', (trial) =>
      older(trial, 'upsert', 'upsert'),
    ),
    clause(guarded, 'guarded: an older upsert does not bring a removed item back', (trial) =>
      older(trial, 'removal', 'upsert'),
    ),
    clause(guarded, 'guarded: an older removal does not remove a newer item', (trial) =>
      older(trial, 'upsert', 'removal'),
    ),
    clause(guarded, 'guarded: an older removal after a newer one is a success', (trial) =>
      older(trial, 'removal', 'removal'),
    ),
    clause(guarded, 'guarded: the removal of an item that it never held keeps an older upsert away', neverHeld),
    clause(guarded, 'guarded: a repair is newer than what it repairs, and older than the next write', repaired),
    clause(guarded, 'guarded: any order and any duplicates end in the newest state', anyOrder),
    clause(guarded, 'guarded: concurrent writes of one item end in the newest', concurrent),
  ]
}

type Type = 'upsert' | 'removal'

/** Apart from the newest, one write is older: it must not be answered with `applied`. */
async function older<Item>(trial: Trial<Item>, newest: Type, late: Type): Promise<void> {
  const [first, second = first, third = first] = freshStates(trial, 3)
  const newer = trial[newest](second, trial.version(3))
  await trial.deliver([trial.upsert(first, trial.version(1)), newer])
  assertNotApplied(await trial.deliver([trial[late](third, trial.version(2))]))
  await assertHolds(trial, [newer])
}

async function neverHeld<Item>(trial: Trial<Item>): Promise<void> {
  const [item] = freshStates(trial, 1)
  const removal = trial.removal(item, trial.version(2))
  assert.deepEqual(await trial.deliver([removal]), ['applied'])
  assertNotApplied(await trial.deliver([trial.upsert(item, trial.version(1))]))
  await assertHolds(trial, [removal])
}

async function repaired<Item>(trial: Trial<Item>): Promise<void> {
  const [written, repair = written, next = written] = freshStates(trial, 3)
  const once = repairVersion(trial.version(1))
  const changes = [trial.upsert(written, trial.version(1)), trial.upsert(repair, once)]
  assert.deepEqual(await trial.deliver(changes), ['applied', 'applied'])
  assertNotApplied(await trial.deliver([trial.upsert(written, trial.version(1))]))
  await assertHolds(trial, changes.slice(-1))
  const newest = trial.upsert(next, trial.version(2))
  assert.deepEqual(await trial.deliver([newest]), ['applied'])
  assertNotApplied(await trial.deliver([trial.upsert(repair, repairVersion(once))]))
  await assertHolds(trial, [newest])
}

function assertNotApplied(answers: readonly ApplyResult[]): void {
  for (const answer of answers)
    assert.notEqual(answer, 'applied', 'an older change is answered with stale or unchanged')
}

/** Versions of several epochs and streams, repairs of them and of an item never seen. */
const anyVersion = fc.record({
  epoch: fc.nat({ max: 2 }),
  stream: fc.constantFrom(0 as const, 1 as const),
  sequence: fc.oneof(fc.bigInt({ min: 0n, max: 12n }), fc.bigInt({ min: 0n, max: 10n ** 30n })),
  base: fc.constantFrom('record', 'record', 'record', 'lowest'),
  repairs: fc.constantFrom(0, 0, 1, 2, 10),
})

/** A history's writes, each of another version, and an order to deliver them in: each twice. */
const anyHistory = fc
  .uniqueArray(fc.record({ at: anyVersion, removal: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ at }) => JSON.stringify({ ...at, sequence: String(at.sequence) }),
  })
  .chain((writes) => {
    const twice = [...writes.keys(), ...writes.keys()]
    return fc.record({
      writes: fc.constant(writes),
      order: fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length }),
    })
  })

async function anyOrder<Item>(trial: Trial<Item>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ writes, order }) => {
      const states = freshStates(trial, writes.length)
      const versions = new Map<string, Change<Item>>()
      const changes = writes.map(({ at, removal }, index) => {
        const version = versionAt(trial, at)
        const item = states[index] ?? states[0]
        const change = versions.get(version) ?? trial[removal ? 'removal' : 'upsert'](item, version)
        versions.set(version, change) // one version, one content
        return change
      })
      const delivered = order.flatMap((index) => changes[index] ?? [])
      await trial.deliver(delivered)
      await assertHolds(trial, [newestOf(changes)])
    }),
    { numRuns: 30 },
  )
}

function versionAt<Item>(
  { definition }: Trial<Item>,
  { base, repairs, ...facts }: typeof anyVersion extends fc.Arbitrary<infer Facts> ? Facts : never,
): string {
  let version = base === 'lowest' ? repairVersion(lowestVersion) : testVersion(definition, facts)
  for (let repair = 0; repair < repairs; repair++) version = repairVersion(version)
  return version
}

function newestOf<Item>(changes: readonly Change<Item>[]): Change<Item> {
  return changes.reduce((a, b) => (compareVersions(a.version, b.version) >= 0 ? a : b))
}

async function concurrent<Item>(trial: Trial<Item>): Promise<void> {
  const states = freshStates(trial, 12)
  const changes = states.map((item, index) =>
    index % 4 === 1 ? trial.removal(item, trial.version(index)) : trial.upsert(item, trial.version(index)),
  )
  const order = [...changes.keys()].sort((a, b) => ((a * 7) % 12) - ((b * 7) % 12))
  await Promise.all(order.flatMap((index) => changes[index] ?? []).map((change) => patiently(trial, [change])))
  await assertHolds(trial, [newestOf(changes)])
}
