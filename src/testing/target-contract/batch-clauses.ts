import assert from 'node:assert/strict'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { applyBatch, assertHolds, batchSizeOf, freshItems, type Trials } from './trial.ts'

/** What a target promises that takes changes in batches. */
export function batchClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  return [
    clause(
      ['batch'],
      'batch: upserts and removals in one call are all applied, with one answer each',
      async (trial) => {
        const changes = freshItems(trial, 7).map((item, index) =>
          index % 3 === 1 ? trial.removal(item, trial.version(2)) : trial.upsert(item, trial.version(2)),
        )
        const answers = await applyBatch(trial.target, changes)
        for (const answer of answers)
          assert.ok(!(answer instanceof Error), `a change was answered with ${String(answer)}`)
        await assertHolds(trial, changes)
      },
    ),
    clause(
      ['batch', 'guarded'],
      'batch: newer, equal and older changes are answered each at its place',
      async (trial) => {
        const items = freshItems(trial, 9)
        const held = items.map((item) => trial.upsert(item, trial.version(2)))
        await applyBatch(trial.target, held)
        const changes = items.map((item, index) => trial.upsert(item, trial.version(1 + (index % 3))))
        const answers = await applyBatch(trial.target, changes)
        answers.forEach((answer, index) => {
          assert.ok(!(answer instanceof Error), `a change was answered with ${String(answer)}`)
          if (index % 3 === 2)
            assert.equal(answer, 'applied', 'a newer change is applied, whatever else is in the batch')
          if (index % 3 === 0) assert.notEqual(answer, 'applied', 'an older change is not applied')
        })
        await assertHolds(trial, changes)
      },
    ),
    clause(['batch'], 'batch: the same batch twice is a success and changes nothing more', async (trial) => {
      const upserts = freshItems(trial, 7).map((item) => trial.upsert(item, trial.version(1)))
      const removals = upserts.flatMap(({ item }) => (item === undefined ? [] : trial.removal(item, trial.version(2))))
      for (const batch of [upserts, [...upserts.slice(0, 4), ...removals.slice(4)]])
        for (const answers of [await applyBatch(trial.target, batch), await applyBatch(trial.target, batch)]) {
          for (const answer of answers)
            assert.ok(!(answer instanceof Error), `a change was answered with ${String(answer)}`)
          await assertHolds(trial, batch)
        }
    }),
    clause(['batch'], 'batch: as many upserts, and removals, as a batch may hold are applied', async (trial) => {
      const items = freshItems(trial, batchSizeOf(trial.target))
      for (const batch of [
        items.map((item) => trial.upsert(item, trial.version(1))),
        items.map((item) => trial.removal(item, trial.version(2))),
      ]) {
        const answers = await applyBatch(trial.target, batch)
        assert.ok(
          answers.every((answer) => answer === 'applied'),
          'every change of a full batch is applied',
        )
        await assertHolds(trial, batch)
      }
    }),
  ]
}
