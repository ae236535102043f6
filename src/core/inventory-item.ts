import * as z from 'zod/mini'
import type { ItemDefinition } from './item.ts'

/** The default item: by `sku`, with a `quantity`; unknown attributes are kept. */
export interface InventoryItem {
  sku: string
  quantity: number
  readonly [attribute: string]: unknown
}

const schema = /* @__PURE__ */ z.looseObject({
  sku: /* @__PURE__ */ z.string(),
  quantity: /* @__PURE__ */ z.number(),
})

/** The default item: `{ sku, quantity, … }` by `sku`, unknown attributes kept. */
export const inventoryItem: ItemDefinition<InventoryItem> = {
  schema: {
    '~standard': {
      version: 1,
      vendor: 'dynamodb-stream-sync',
      // A row that zod would hand back as it is needs no copy; zod has the word on every other.
      validate: (row) => (isInventoryItem(row) ? { value: row } : schema['~standard'].validate(row)),
    },
  },
  key: ['sku'],
}

function isInventoryItem(row: unknown): row is InventoryItem {
  if (typeof row !== 'object' || row === null || Object.getPrototypeOf(row) !== Object.prototype) return false
  const { sku, quantity } = row as { readonly sku?: unknown; readonly quantity?: unknown }
  return typeof sku === 'string' && Number.isFinite(quantity)
}
