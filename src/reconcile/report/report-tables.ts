import { byWeight } from '../drift-order.ts'
import { differing } from './differing.ts'
import { counted, numberText, percentText, signedText } from './number-text.ts'
import type { Paints } from './paint.ts'
import { driftCount, hasRepairs, total, type AnyReport } from './shown-report.ts'
import { shownText } from './shown-text.ts'
import type { Cell, Column } from './table.ts'
import type { WarehouseReport } from '../report.ts'

/** A table, ready to be aligned. */
export interface ShownTable {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

const longestKey = 60
const longestName = 32
const worst = 10

type Count = (warehouse: WarehouseReport) => Cell

const left = (title: string): Column => ({ title, align: 'left', mayCut: true })
const right = (title: string): Column => ({ title, align: 'right' })

/** What each warehouse holds, by kind. */
export function kindTable(report: AnyReport, paint: Paints): ShownTable {
  const drift = (count: number): Cell => number(count, count > 0 ? paint.bad : paint.quiet)
  const open = (count: number): Cell => number(count, count > 0 ? paint.open : paint.quiet)
  return perWarehouse(report, 'Rows', {
    Holds: ({ rows }) => number(rows),
    Expected: ({ expected }) => number(expected),
    Missing: ({ missing }) => drift(missing),
    Mismatch: ({ mismatch }) => drift(mismatch),
    Orphan: ({ orphan }) => drift(orphan),
    Duplicate: ({ duplicate }) => drift(duplicate),
    'In flight': ({ inFlight }) => open(inFlight),
    Unstable: ({ unstable }) => open(unstable),
    Read: ({ complete }) => (complete ? { text: 'whole' } : { text: 'in part', paint: paint.open }),
  })
}

/** How far each warehouse is off, and how much of it is right; of no rows there is no share. */
export function unitTable(report: AnyReport, paint: Paints): ShownTable {
  const percent = (share: number, { expected }: WarehouseReport): Cell =>
    expected === 0 ? { text: '–' } : { text: percentText(share), paint: share === 100 ? paint.good : paint.bad }
  return perWarehouse(report, 'Units and accuracy', {
    'Units net': ({ unitsSigned }) => ({ text: signedText(unitsSigned) }),
    'Units off': ({ unitsAbsolute }) => number(unitsAbsolute),
    'Equal rows': ({ equal }) => number(equal),
    Accuracy: (one) => percent(one.accuracyPercent, one),
    'After repairs': (one) => percent(one.accuracyAfterPercent, one),
  })
}

/** What was done; undefined where there was nothing to do. */
export function repairTable(report: AnyReport, paint: Paints): ShownTable | undefined {
  if (!hasRepairs(report)) return undefined
  const failed = (count: number): Cell => number(count, count > 0 ? paint.bad : paint.quiet)
  return perWarehouse(report, 'Repairs', {
    Planned: ({ repairs }) => number(repairs.planned),
    Applied: ({ repairs }) => number(repairs.applied, repairs.applied > 0 ? paint.good : paint.quiet),
    Stale: ({ repairs }) => number(repairs.stale),
    Conflicted: ({ repairs }) => failed(repairs.conflicted),
    Failed: ({ repairs }) => failed(repairs.failed),
  })
}

/** The worst items of the sample, by units; undefined where there is none. */
export function worstTable(report: AnyReport, paint: Paints): ShownTable | undefined {
  const { sample } = report
  if (sample.length === 0) return undefined
  const shown = [...sample].sort(byWeight).slice(0, worst)
  const all = counted(total(report, driftCount), 'difference')
  return {
    title: `Worst by units: ${numberText(shown.length)} of ${all}`,
    columns: [left('Warehouse'), left('Kind'), left('Key'), right('Units'), left('Table → warehouse')],
    rows: shown.map((drift) => [
      { text: shownText(drift.warehouse, longestName) },
      { text: drift.kind },
      { text: shownText(drift.key, longestKey), paint: paint.strong },
      { text: signedText(drift.units) },
      { text: differing(drift) },
    ]),
  }
}

function perWarehouse({ warehouses }: AnyReport, title: string, counts: Readonly<Record<string, Count>>): ShownTable {
  return {
    title,
    columns: [left('Warehouse'), ...Object.keys(counts).map((name) => (name === 'Read' ? left(name) : right(name)))],
    rows: Object.entries(warehouses).map(([name, warehouse]) => [
      { text: shownText(name, longestName) },
      ...Object.values(counts).map((count) => count(warehouse)),
    ]),
  }
}

function number(count: number, paint?: Cell['paint']): Cell {
  return { text: numberText(count), paint }
}
