import { randomUUID } from 'node:crypto'
import type fc from 'fast-check'
import { keyNames, keyText } from '../core/key.ts'
import type { ItemDefinition } from '../core/item.ts'

/** What any item is, though the type of a caller's own item does not say so: attributes by name. */
type Row = Readonly<Record<string, unknown>>

/** An item's key, or undefined where its attributes make none. */
export function keyIfAny<Item>(definition: ItemDefinition<Item>, item: Item): string | undefined {
  try {
    return keyText(keyNames(definition), item as Row)
  } catch {
    return undefined
  }
}

/** Drawn items whose key a table could hold. */
export function withKey<Item>(definition: ItemDefinition<Item>, items: fc.Arbitrary<Item>): fc.Arbitrary<Item> {
  return items.filter((row) => {
    const key = keyIfAny(definition, row)
    return key !== undefined && key !== ''
  })
}

/** The same item under the key of another one. */
export function withKeyOf<Item>(definition: ItemDefinition<Item>, item: Item, other: Item): Item {
  const keys = keyNames(definition).map((name) => [name, (other as Row)[name]] as const)
  return { ...item, ...Object.fromEntries(keys) } // the key attributes keep their types
}

/** Keys that no other run has: one table may serve all clauses, run after run. */
const run = randomUUID().slice(0, 8)
let count = 0

/** The same item under a key of its own, where a key attribute is text; else as it is. */
export function withFreshKey<Item>(definition: ItemDefinition<Item>, item: Item): Item {
  const name = keyNames(definition).find((key) => typeof (item as Row)[key] === 'string')
  if (name === undefined) return item
  return { ...item, [name]: `${String((item as Row)[name])}-${run}-${++count}` }
}
