import type { StandardSchemaV1 } from '@standard-schema/spec'

/** The name of one of an item's attributes. */
export type Attribute<Item> = keyof Item & string

/** What one row is: its schema (zod, valibot, arktype …), its table key, and where its version and quantity are. */
export interface ItemDefinition<Item> {
  /** Of any Standard Schema library. Must answer at once: a schema that answers with a promise is refused. */
  readonly schema: StandardSchemaV1<unknown, Item>
  /** The table's key attributes, as the raw record names them. */
  readonly key: readonly [partition: Attribute<NoInfer<Item>>, sort?: Attribute<NoInfer<Item>>]
  /**
   * What orders an item's states. Default `'sequence'`, the stream's own order. An attribute must be an integer from 0
   * up, stored as a number, or a text of constant length, and grow over the whole life of a key, also across removal and
   * re-insertion. Digits stored as text are a text: `9` stands after `10`.
   */
  readonly version?: 'sequence' | { readonly attribute: Attribute<NoInfer<Item>> } | undefined
  /** What drift is counted in. Default `item.quantity`. */
  readonly quantity?: ((item: NoInfer<Item>) => number | bigint) | undefined
  /**
   * All that warehouses care about: a write that leaves these attributes alone is not delivered, and reconcile compares
   * these. Default: every attribute.
   */
  readonly fields?: readonly Attribute<NoInfer<Item>>[] | undefined
}

/** Declares an item; infers its type from the schema, so that the names and callbacks are checked. */
export function defineItem<Item>(definition: ItemDefinition<Item>): ItemDefinition<Item> {
  return definition
}
