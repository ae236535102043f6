import { describe, test } from 'vitest'
import { warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import { shelfTarget, type ShelfClient, type ShelfRow } from './own-warehouse.ts'

/** Use the real server here if it starts in a test. */
function shelf(): ShelfClient {
  const rows = new Map<string, ShelfRow>()
  return {
    putIfNewer: async (row) => {
      const held = rows.get(row.key)?.version ?? ''
      if (row.version < held) return 'older'
      if (row.version === held) return 'same'
      rows.set(row.key, row)
      return 'written'
    },
    get: async (keys) => keys.flatMap((key) => rows.get(key) ?? []),
  }
}

describe('shelfTarget keeps what a warehouse target promises', () => {
  for (const { name, check } of warehouseTargetContract({ create: () => shelfTarget(shelf()) })) test(name, check)
})
