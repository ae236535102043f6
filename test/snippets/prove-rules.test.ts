import { defineItem, merge, type MergeRule } from 'dynamodb-stream-sync'
import { mergeLaws, reconcileLaws, type Clause } from 'dynamodb-stream-sync/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

// region rules
const schema = z.object({ sku: z.string(), quantity: z.number(), counted: z.number() })
type Shelf = z.infer<typeof schema>
const shelf = defineItem({ schema, key: ['sku'], version: { attribute: 'counted' } })

/** Few keys, few versions, many quantities: so that items meet. */
const items = fc.record({ sku: fc.constantFrom('A1', 'B2'), quantity: fc.nat(500), counted: fc.nat(9) })

/** The lower stock stands: better sold out than sold twice. */
const lowest: MergeRule<Shelf> = (a, b) => {
  const [x, y] = [a.item?.quantity ?? 0, b.item?.quantity ?? 0]
  return x === y ? merge(a, b) : x < y ? a : b
}

describe('the lower stock stands', () => {
  for (const { name, check } of mergeLaws({ rule: lowest, item: shelf, items })) test(name, check)
})

describe('two pieces more or less are no drift', () => {
  const rules = { compare: { tolerance: 2 }, authority: lowest }
  for (const { name, check } of reconcileLaws({ item: shelf, items, ...rules })) test(name, check)
})
// endregion

// region found
test('rules that look right and are not', async () => {
  const average: MergeRule<Shelf> = (a, b) => {
    if (!a.item || !b.item) return merge(a, b)
    const quantity = Math.round((a.item.quantity + b.item.quantity) / 2)
    return { ...merge(a, b), type: 'upsert', item: { ...a.item, quantity } }
  }
  const nearly = (table: Shelf, held: Partial<Shelf>) => table.quantity - (held.quantity ?? 0) <= 2

  expect(await broken(mergeLaws({ rule: average, item: shelf, items }))).toContain('picks one of its arguments')
  expect(await broken(reconcileLaws({ item: shelf, items, compare: nearly }))).toEqual([
    'compare: does not depend on which of two rows the table holds',
  ])
  expect(await broken(reconcileLaws({ item: shelf, items, compare: { tolerance: 500 } }))).toEqual([
    'compare: tells some of the items apart',
  ])
})
// endregion

async function broken(laws: readonly Clause[]): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, check } of laws) await check().catch(() => names.push(name))
  return names
}
