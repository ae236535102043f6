import { defineItem } from 'dynamodb-stream-sync'
import * as z from 'zod/mini'

/** One row of the inventory table. Attributes that are not named here are not sent to any warehouse. */
const Stock = z.object({
  sku: z.string(),
  region: z.string(),
  category: z.string(),
  /** Only what is `active` is synced: see `sync.only` in config.ts. */
  state: z.string(),
  quantity: z.int(),
})

export type Stock = z.infer<typeof Stock>

/** What the library knows of a row: its schema, its key, and what warehouses care about. */
export const stock = defineItem({
  schema: Stock,
  key: ['sku'],
  quantity: (item) => item.quantity,
  fields: ['region', 'category', 'state', 'quantity'],
})
