import * as z from 'zod/mini'
import { defineItem, type ItemDefinition } from './item.ts'

/** The default item: by `sku`, with a `quantity`; unknown attributes are kept. */
export interface InventoryItem {
  sku: string
  quantity: number
  readonly [attribute: string]: unknown
}

/** The default item: `{ sku, quantity, … }` by `sku`, unknown attributes kept. */
export const inventoryItem: ItemDefinition<InventoryItem> = /* @__PURE__ */ defineItem({
  schema: /* @__PURE__ */ z.looseObject({ sku: /* @__PURE__ */ z.string(), quantity: /* @__PURE__ */ z.number() }),
  key: ['sku'],
})
