import assert from 'node:assert/strict'
import fc from 'fast-check'
import { keyOf } from '../../core/key.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import type { Clause } from '../clause.ts'
import { openPlaces, places, type OpenPlaces, type Places, type Tried } from './places.ts'

/** What no rule may take from reconcile. */
export function safetyLaws<Item>(tried: Tried<Item>): readonly Clause[] {
  const law = (name: string, holds: (opened: OpenPlaces<Item>, drawn: Places<Item>) => Promise<void>): Clause => ({
    name: `reconcile: ${name}`,
    check: () =>
      fc.assert(
        fc.asyncProperty(places(tried), async (drawn) => holds(await openPlaces(tried, drawn), drawn)),
        { numRuns: 50 },
      ),
  })
  return [
    law('a plan writes nothing, and foresees what is applied', plansAlone),
    law('no rule hides a row that is missing or too much', (opened, drawn) => hidesNothing(tried, opened, drawn)),
    law('an incomplete snapshot of the table removes and zeroes nothing', (opened, drawn) =>
      fromHalfTheTable(tried, opened, drawn),
    ),
    law('an incomplete snapshot of the warehouse adds nothing that may be there', fromHalfTheWarehouse),
    law('past maxRepairs nothing is repaired', async ({ run, written }) => {
      const { planned } = (await run({ mode: 'plan' })).east.repairs
      if (planned === 0) return
      const { report } = await run({ mode: 'apply', maxRepairs: planned - 1 })
      assert.equal(report.stoppedBy, 'maxRepairs')
      assert.deepEqual(written(), [])
    }),
    law('past maxRepairRatio nothing is repaired', (opened, drawn) => withinRatio(tried, opened, drawn)),
  ]
}

async function plansAlone<Item>({ run, written }: OpenPlaces<Item>): Promise<void> {
  const { planned } = (await run({ mode: 'plan' })).east.repairs
  assert.deepEqual(written(), [], 'a plan wrote to the warehouse')
  const { repairs } = (await run({ mode: 'apply' })).east
  assert.equal(repairs.applied, planned, 'more or less was repaired than the plan said')
  assert.equal(written().length, planned)
}

/** Of the same keys at both places, a comparison decides; never whether a row is there. */
async function hidesNothing<Item>(tried: Tried<Item>, { run }: OpenPlaces<Item>, drawn: Places<Item>): Promise<void> {
  if (drawn.orphans === 'zero') return // an orphan of quantity 0 is none
  const { table, live } = keysOf(tried, drawn)
  const { east } = await run({ mode: 'plan' })
  assert.equal(east.missing, [...table].filter((key) => !live.has(key)).length, 'missing rows')
  assert.equal(east.orphan, [...live].filter((key) => !table.has(key)).length, 'rows that the table does not hold')
}

async function fromHalfTheTable<Item>(
  { item }: Tried<Item>,
  opened: OpenPlaces<Item>,
  drawn: Places<Item>,
): Promise<void> {
  const half = drawn.table.slice(0, Math.floor(drawn.table.length / 2))
  const breakingOff = async function* (): AsyncGenerator<Item> {
    yield* half
    throw new Error('The read broke off, as the law planned.')
  }
  await opened.run({ mode: 'apply', source: breakingOff() })
  const shown = half.map((row) => keyOf(item, row))
  assertNotWritten(opened, shown, 'rows that were not read were taken for removed')
}

async function fromHalfTheWarehouse<Item>(opened: OpenPlaces<Item>, { held }: Places<Item>): Promise<void> {
  const shown = held.slice(0, Math.floor(held.length / 2)).map(({ key }) => key)
  const whole = opened.east.snapshot()
  const half: Snapshot = {
    ...whole,
    async *pages(context) {
      const page = await whole.pages(context).next()
      if (!page.done) yield page.value.filter(({ key }) => key !== undefined && shown.includes(key))
      return { startedAt: new Date(0), endedAt: new Date(0), complete: false }
    },
  }
  await opened.run({ mode: 'apply', warehouse: half })
  assertNotWritten(opened, shown, 'rows that were not read were taken for missing')
}

function assertNotWritten<Item>({ written }: OpenPlaces<Item>, shown: readonly string[], said: string): void {
  assert.deepEqual(
    written().filter((key) => !shown.includes(key)),
    [],
    said,
  )
}

async function withinRatio<Item>(
  tried: Tried<Item>,
  { run, written }: OpenPlaces<Item>,
  drawn: Places<Item>,
): Promise<void> {
  const { planned } = (await run({ mode: 'plan' })).east.repairs
  if (planned === 0) return
  const { table, live } = keysOf(tried, drawn)
  const { report } = await run({ mode: 'apply', maxRepairRatio: (planned - 0.5) / new Set([...table, ...live]).size })
  assert.equal(report.stoppedBy, 'maxRepairRatio')
  assert.deepEqual(written(), [])
}

function keysOf<Item>({ item }: Tried<Item>, { table, held }: Places<Item>) {
  const live = held.filter(({ type }) => type === 'upsert').map(({ key }) => key)
  return { table: new Set(table.map((row) => keyOf(item, row))), live: new Set(live) }
}
