import { describe, expect, test } from 'vitest'
import type { Change, WarehouseTarget } from 'dynamodb-stream-sync'
import { manualClock, memoryTarget, warehouseTargetContract, type TargetAbility } from 'dynamodb-stream-sync/testing'
import { broken, brokenTargets, inBatches } from '../support/broken-targets.ts'

const held = (item: unknown) => item as Readonly<Record<string, unknown>>
const guarded = () => memoryTarget<unknown>()

describe.each<readonly [string, readonly TargetAbility[], () => WarehouseTarget]>([
  ['guarded', ['guarded', 'read', 'snapshot'], guarded],
  ['unguarded', ['read', 'snapshot'], () => memoryTarget<unknown>({ guarded: false })],
  ['in batches of 100', ['guarded', 'batch', 'read', 'snapshot'], () => inBatches(memoryTarget<unknown>())],
  ['in batches of 7', ['batch', 'read', 'snapshot'], () => inBatches(memoryTarget<unknown>({ guarded: false }), 7)],
  ['with a snapshot alone', ['guarded', 'snapshot'], () => broken(() => ({ read: undefined }))],
  ['that lets nobody look', ['guarded'], () => broken(() => ({ read: undefined, snapshot: undefined }))],
])('a target in memory, %s', (_, abilities, create) => {
  for (const { name, check } of warehouseTargetContract({ create, abilities, held })) test(name, check)
})

describe('the target contract', () => {
  const outcomes = async (create: () => WarehouseTarget, abilities?: readonly TargetAbility[]) => {
    const clock = manualClock()
    const clauses = warehouseTargetContract({ create, held, clock, abilities })
    const failed: string[] = []
    for (const { name, check } of clauses)
      await clock.settle(check()).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Error)
        failed.push(name)
      })
    return failed
  }

  test.for(brokenTargets)('finds a target that %s: %s', async ([, clause, make]) => {
    expect(await outcomes(make)).toEqual(expect.arrayContaining([expect.stringContaining(clause)]))
  })

  const batches =
    (apply: (changes: readonly Change<unknown>[], answers: readonly unknown[]) => readonly unknown[]) => () => {
      const target = inBatches(memoryTarget<unknown>())
      const applyBatch = async (...given: Parameters<typeof target.applyBatch>) =>
        apply(given[0], await target.applyBatch(...given)) as Awaited<ReturnType<typeof target.applyBatch>>
      return { ...target, applyBatch }
    }

  test.for<readonly [string, string, () => WarehouseTarget]>([
    ['answers too little', 'batch: upserts and removals', batches((_, answers) => answers.slice(1))],
    ['answers something else', 'batch: upserts and removals', batches((_, answers) => answers.map(() => 'ok'))],
    [
      'answers in another order',
      'batch: newer, equal and older',
      batches((_, answers) => [...answers].sort((a, b) => (String(a) < String(b) ? 1 : -1))),
    ],
    [
      'refuses what it holds already',
      'batch: the same batch twice',
      batches((_, answers) => answers.map((answer) => (answer === 'applied' ? answer : new Error('409')))),
    ],
    [
      'takes a few removals at once',
      'batch: as many upserts, and removals',
      batches((changes, answers) =>
        answers.map((answer, index) => (index >= 25 && changes[index]?.type === 'removal' ? 'stale' : answer)),
      ),
    ],
    [
      'refuses a full batch in part',
      'batch: as many upserts, and removals',
      batches((_, answers) => answers.map((answer, index) => (index >= 90 ? new Error('429') : answer))),
    ],
  ])('finds a batch target that %s: %s', async ([, clause, make]) => {
    expect(await outcomes(make)).toEqual(expect.arrayContaining([expect.stringContaining(clause)]))
  })

  test('has a clause for each ability that is named, and one that says that these are all', async () => {
    const create = guarded
    const names = (abilities?: readonly TargetAbility[]) =>
      warehouseTargetContract({ create, abilities }).map(({ name }) => name)
    expect(names([]).filter((name) => /^(guarded|batch|read|snapshot):/.test(name))).toEqual([])
    expect(names()).toEqual(expect.arrayContaining(names(['guarded', 'batch', 'read', 'snapshot']).slice(1)))
    expect(new Set(names()).size).toBe(names().length)
    expect(await outcomes(create, ['guarded', 'read'])).toEqual(['its abilities are guarded, read'])
    expect(await outcomes(create, ['guarded', 'read', 'snapshot'])).toEqual([])
  })
})
