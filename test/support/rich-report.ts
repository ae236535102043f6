import type { Drift, ReconcileReport } from 'dynamodb-stream-sync'
import { report, warehouseReport } from './reports.ts'

type Attributes = Readonly<Record<string, unknown>>

function drift(facts: Omit<Drift<Attributes>, 'warehouse'>): Drift<Attributes> {
  return { warehouse: 'east', ...facts }
}

/** Values of every type that an item of a table may have, and that a warehouse may answer with. */
export const everyType = {
  ...{ quantity: 40, serial: 12345678901234567890n, weight: { value: '0.12345678901234567890123' } },
  ...{ label: 'blue', on: true, gone: null, photo: new Uint8Array([0, 255]) },
  ...{
    tags: new Set(['a', 'b']),
    sizes: new Set([1, 2n]),
    parts: [new Set([new Uint8Array([1])]), [1, { deep: null }]],
  },
  ...{ owner: { name: 'Ann', since: new Map([['year', 2020n]]) }, looksLike: { S: 'text' } },
} as const

/** A run with something of all that a report may tell: four warehouses, each with another outcome. */
export const richReport: ReconcileReport<Attributes> = {
  ...(report() as ReconcileReport<never>),
  ...{ runId: 'run-7', endedAt: new Date('2026-03-01T10:03:05.200Z'), sourceRows: 1_240, invalid: 2, verdict: 'drift' },
  ...{ stoppedBy: 'deadline', resumeFrom: 'SKU-900' },
  warehouses: {
    east: warehouseReport({
      ...{ rows: 1_204, expected: 1_200, equal: 1_150, equalAfter: 1_185 },
      ...{ missing: 20, mismatch: 30, orphan: 24, duplicate: 2, inFlight: 5, unstable: 3 },
      ...{ unitsSigned: -1_234, unitsAbsolute: 5_678.5, accuracyPercent: 1_150 / 12, accuracyAfterPercent: 98.75 },
      repairs: { planned: 50, applied: 35, stale: 6, conflicted: 4, failed: 5 },
    }),
    'west & south': warehouseReport({ ...{ rows: 800, expected: 800, equal: 800, equalAfter: 800 }, complete: false }),
    north: warehouseReport({ ...{ rows: 40, expected: 40, equal: 40, equalAfter: 40 } }),
    returns: warehouseReport({
      ...{ rows: 1, expected: 0, equal: 0, equalAfter: 0, orphan: 1, unitsSigned: 3, unitsAbsolute: 3 },
    }),
  },
  sample: [
    drift({ kind: 'mismatch', key: 'SKU-1', units: -37, expected: everyType, held: { quantity: 3, on: false } }),
    drift({ kind: 'missing', key: 'SKU-2', units: -1_200, expected: { sku: 'SKU-2', quantity: 1_200 } }),
    drift({ kind: 'duplicate', key: 'SKU-3', units: 0, expected: { sku: 'SKU-3', quantity: 1 } }),
    drift({
      ...{ kind: 'mismatch', key: 'SKU-4', units: 0, expected: { sku: 'SKU-4', quantity: 5, label: '<b>' } },
      held: { sku: 'SKU-4', quantity: 5, label: 'a\nb' },
    }),
    { kind: 'orphan', key: 'SKU-5', warehouse: 'returns', units: 3, held: { quantity: 3 } },
  ],
}
