import type { Deployment, Warehouse } from '../config/types.ts'
import { isComparable } from '../config/comparable.ts'
import { hasQueue } from '../queues/has-queue.ts'
import { monthlyCost, type Load, type Size } from './estimate.ts'

const shares = { toTable: 1, toQueue: 0.3, toBus: 0.1 }

/** A shop, and one that is a thousand times as large. */
export const loads: readonly Load[] = [
  { updatesPerDay: 15_000, recordsPerInvocation: 1, secondsPerInvocation: 0.2, rows: 20_000, ...shares },
  { updatesPerDay: 15_000_000, recordsPerInvocation: 4, secondsPerInvocation: 0.3, rows: 1_000_000, ...shares },
]

/** What a deployment of these settings has. */
export function sizeOf({ sync, reconcile }: Deployment, warehouses: readonly Warehouse[]): Size {
  return {
    memoryGb: sync.memoryMb / 1_024,
    reconcilesPerDay: 24 / reconcile.everyHours,
    warehouses: warehouses.length,
    comparedWarehouses: warehouses.filter(isComparable).length,
    secrets: warehouses.filter((warehouse) => 'secret' in warehouse).length,
    alarmMetrics: 19 + 4 * warehouses.filter(hasQueue).length, // a queue has two alarms, and its function is in two
  }
}

/** The costs of all loads as a table of Markdown. */
export function costTable(size: Size): string {
  const costs = loads.map((load) => monthlyCost(load, size))
  const names = Object.keys(costs[0]!)
  const totals = costs.map((cost) => Object.values(cost).reduce((sum, one) => sum + one, 0))
  const heads = loads.map(({ updatesPerDay }) => `${updatesPerDay.toLocaleString('en-US')} updates a day`)
  const rows = names.map((name) => [name, ...costs.map((cost) => dollars(cost[name]!))])
  return [
    ['US dollars a month', ...heads],
    ['---', ...heads.map(() => '---:')],
    ...rows,
    ['**all**', ...totals.map((total) => `**${dollars(total)}**`)],
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function dollars(amount: number): string {
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
