import assert from 'node:assert/strict'
import fc from 'fast-check'
import { keyIfAny, withFreshKey } from '../item-keys.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { assertHolds, freshItems, freshStates, newTrial, type Trial, type Trials } from './trial.ts'

/** What every target promises. */
export function deliveryClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  return [
    clause([], 'an upsert is applied, and its item is there', async (trial) => {
      const [item] = freshStates(trial, 1)
      await appliesAndHolds(trial, [trial.upsert(item, trial.version(1))])
    }),
    clause([], 'a newer upsert takes the place of an older one', async (trial) => {
      const [old, item = old] = freshStates(trial, 2)
      await appliesAndHolds(trial, [trial.upsert(old, trial.version(1)), trial.upsert(item, trial.version(2))])
    }),
    clause([], 'a removal is applied, and its item is gone', async (trial) => {
      const [item] = freshStates(trial, 1)
      await appliesAndHolds(trial, [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))])
    }),
    clause([], 'the removal of an item that it never held is a success', async (trial) => {
      const [item] = freshStates(trial, 1)
      const change = trial.removal(item, trial.version(1))
      await trial.deliver([change])
      await assertHolds(trial, [change])
    }),
    clause([], 'a removed item comes back with a newer upsert', async (trial) => {
      const [item, again = item] = freshStates(trial, 2)
      const before = [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))]
      await appliesAndHolds(trial, [...before, trial.upsert(again, trial.version(3))])
    }),
    clause([], 'the same upsert twice is a success and changes nothing more', async (trial) => {
      const [item] = freshStates(trial, 1)
      await sameTwice(trial, [trial.upsert(item, trial.version(1))])
    }),
    clause([], 'the same removal twice is a success and changes nothing more', async (trial) => {
      const [item] = freshStates(trial, 1)
      await sameTwice(trial, [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))])
    }),
    clause([], 'a change that is redriven, with another id under the same version, is a success', async (trial) => {
      const [item] = freshStates(trial, 1)
      for (const change of [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))]) {
        await trial.deliver([change])
        await trial.deliver([{ ...change, id: `${change.id}#again` }])
        await assertHolds(trial, [change])
      }
    }),
    clause([], 'a change of one item leaves the others alone', async (trial) => {
      const [a, b, c] = freshItems(trial, 3).map((item) => trial.upsert(item, trial.version(1)))
      assert.ok(a?.item !== undefined && b && c?.item !== undefined)
      await trial.deliver([a, b, c])
      const removed = trial.removal(a.item, trial.version(2))
      await trial.deliver([removed, trial.upsert(c.item, trial.version(2))])
      await assertHolds(trial, [removed, b, c])
    }),
    clause(
      [],
      'a change is left as it was handed over: other targets and the dead letter share it',
      leavesChangesAlone,
    ),
    { needs: [], name: 'any item arrives as it is', check: () => anyItem(trials) },
  ]
}

type Changes<Item> = Parameters<Trial<Item>['deliver']>[0]

async function appliesAndHolds<Item>(trial: Trial<Item>, changes: Changes<Item>): Promise<void> {
  const answers = await trial.deliver(changes)
  assert.deepEqual(
    answers,
    changes.map(() => 'applied'),
    'newer changes are answered with applied',
  )
  await assertHolds(trial, changes.slice(-1))
}

async function sameTwice<Item>(trial: Trial<Item>, changes: Changes<Item>): Promise<void> {
  await trial.deliver(changes)
  await trial.deliver(changes.slice(-1))
  await assertHolds(trial, changes.slice(-1))
}

async function leavesChangesAlone<Item>(trial: Trial<Item>): Promise<void> {
  const [item] = freshStates(trial, 1)
  for (const change of [trial.upsert(item, trial.version(1)), trial.removal(item, trial.version(2))]) {
    const before = structuredClone(change)
    await trial.deliver([change])
    assert.deepEqual(change, before, 'the target altered the change that it was given')
  }
}

async function anyItem<Item>(trials: Trials<Item>): Promise<void> {
  const { definition, items } = trials
  const trial = await newTrial(trials)
  let version = 0
  await fc.assert(
    fc.asyncProperty(items, async (given) => {
      fc.pre(keyIfAny(definition, given) !== undefined)
      const item = withFreshKey(definition, given)
      const change = trial.upsert(item, trial.version(++version))
      assert.deepEqual(await trial.deliver([change]), ['applied'])
      await assertHolds(trial, [change])
    }),
    { numRuns: 25 },
  )
}
