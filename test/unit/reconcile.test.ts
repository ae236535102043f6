import { describe, expect, test } from 'vitest'
import { reconcile } from 'dynamodb-stream-sync'

describe('reconcile of plain arrays', () => {
  test('a warehouse that holds another quantity is reported', async () => {
    const report = await reconcile({
      source: [{ sku: 'A1', quantity: 5 }],
      warehouses: { east: [{ sku: 'A1', quantity: 5 }], west: [{ sku: 'A1', quantity: 4 }] },
    })
    expect(report.warehouses.east).toMatchObject({ mismatch: 0, accuracyPercent: 100, complete: true })
    expect(report.warehouses.west).toMatchObject({ mismatch: 1, unitsSigned: -1, accuracyPercent: 0 })
    expect(report.sample).toMatchObject([{ warehouse: 'west', kind: 'mismatch', key: 'A1' }])
    expect(report.verdict).toBe('drift')
  })
})
