import { prices } from './prices.ts'

/** What the cost depends on. The first is known; the others are guesses until the dashboard has run for a week. */
export interface Load {
  readonly updatesPerDay: number
  /** Of a batch, as it is on average: 1 in a trickle, up to `batchSize` at a peak. */
  readonly recordsPerInvocation: number
  readonly secondsPerInvocation: number
  /** The share of the updates that reach a warehouse that is a DynamoDB table, one with a queue, a group on the bus. */
  readonly toTable: number
  readonly toQueue: number
  readonly toBus: number
  /** Rows of up to 1 KB. */
  readonly rows: number
}

/** What the deployment in this folder has. */
export interface Size {
  readonly memoryGb: number
  readonly reconcilesPerDay: number
  readonly warehouses: number
  readonly comparedWarehouses: number
  readonly secrets: number
  /** Metrics that alarms look at: one in an expression counts as one. */
  readonly alarmMetrics: number
}

const days = 30
const secondsPerMonth = days * 86_400

/** Documents of metrics and Lambda's own lines, in bytes: for each invocation, and for each warehouse in it. */
const logBytes = { invocation: 1_200, warehouse: 600 }

/** Metrics with a name of their own: of the service, and of each warehouse; see MetricName. */
const metricNames = { service: 31, warehouse: 8, compared: 13 }

/** X-Ray records one invocation a second, and one in twenty of the others. */
const tracedShare = 0.05

/** US dollars a month, by what they are paid for. */
export function monthlyCost(load: Load, size: Size): Readonly<Record<string, number>> {
  const updates = load.updatesPerDay * days
  const invocations = updates / load.recordsPerInvocation
  const queued = updates * load.toQueue
  const runs = size.reconcilesPerDay * days
  return {
    'writes to the table': updates * prices.tableWrites,
    'the table itself, restorable': gigabytes(load.rows) * (prices.tableGigabytes + prices.pitrGigabytes),
    'the sync function': invocations * lambda(load.secondsPerInvocation, size.memoryGb),
    'a warehouse that is a table': updates * load.toTable * prices.tableWrites,
    'a warehouse with a queue': queued * (3 * prices.fifoRequests + lambda(load.secondsPerInvocation, size.memoryGb)),
    'groups on the bus': updates * load.toBus * (prices.events + 3 * prices.queueRequests),
    'reconcile, in one function': runs * (2 * readsOf(load.rows) * prices.tableReads + lambda(load.rows / 5_000, 1)),
    'logs and metrics by them': invocations * logGigabytes(size.warehouses) * prices.logGigabytes,
    'metrics, alarms, dashboard': watched(size),
    traces: traced(invocations) * prices.traces,
    secrets: size.secrets * prices.secrets,
  }
}

function lambda(seconds: number, gigabytes: number): number {
  return prices.invocations + seconds * gigabytes * prices.gigabyteSeconds
}

function gigabytes(rows: number): number {
  return rows / 1e6 // of 1 KB each
}

function readsOf(rows: number): number {
  return rows / 4 // four rows of 1 KB in one read of a scan
}

function logGigabytes(warehouses: number): number {
  return (logBytes.invocation + warehouses * logBytes.warehouse) / 1e9
}

function watched({ warehouses, comparedWarehouses, alarmMetrics }: Size): number {
  const metrics = metricNames.service + warehouses * metricNames.warehouse + comparedWarehouses * metricNames.compared
  return metrics * prices.metrics + alarmMetrics * prices.alarmMetrics + prices.dashboards
}

function traced(invocations: number): number {
  const first = Math.min(invocations, secondsPerMonth)
  return first + (invocations - first) * tracedShare
}
