import type { Drift, ReconcileReport, WarehouseReport } from '../report.ts'

/** A report of any item: what a form of it reads. */
export type AnyReport = ReconcileReport<unknown>
export type AnyDrift = Drift<unknown>

export const driftKinds = ['missing', 'mismatch', 'orphan', 'duplicate'] as const

/** A kind as a chart names it: drift, and what is left alone. */
export interface ChartKind {
  readonly kind: (typeof driftKinds)[number] | 'inFlight' | 'unstable'
  readonly name: string
}

export const chartKinds: readonly ChartKind[] = [
  { kind: 'missing', name: 'Missing' },
  { kind: 'mismatch', name: 'Mismatch' },
  { kind: 'orphan', name: 'Orphan' },
  { kind: 'duplicate', name: 'Duplicate' },
  { kind: 'inFlight', name: 'In flight' },
  { kind: 'unstable', name: 'Unstable' },
]

/** Differences that count as drift. */
export function driftCount(warehouse: WarehouseReport): number {
  return driftKinds.reduce((sum, kind) => sum + warehouse[kind], 0)
}

/** Whether there was anything to repair. */
export function hasRepairs({ warehouses }: AnyReport): boolean {
  return Object.values<WarehouseReport>(warehouses).some(({ repairs }) =>
    Object.values(repairs).some((count) => count > 0),
  )
}

/** A sum over all warehouses. */
export function total({ warehouses }: AnyReport, of: (warehouse: WarehouseReport) => number): number {
  return Object.values(warehouses).reduce((sum, warehouse) => sum + of(warehouse), 0)
}
