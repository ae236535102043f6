import { few, type Summary, type WarehouseSummary } from './report.ts'
import type { Paint } from './stage.ts'
import { warehouses } from './sync.ts'

const number = (value: number) => value.toLocaleString('en-US')
const ms = (value: number) => `${number(value)} ms`
const drift = ({ rows, units }: WarehouseSummary['driftBefore']) =>
  rows === 0 ? 'none' : `${number(rows)} row${rows === 1 ? '' : 's'}, ${number(units)} units`

const lines: readonly (readonly [string, (warehouse: WarehouseSummary) => string])[] = [
  ['deliveries', ({ deliveries }) => number(deliveries)],
  ['retries', ({ retries }) => number(retries)],
  ['dead letters', ({ deadLetters }) => number(deadLetters)],
  ['redriven', ({ redriven }) => number(redriven)],
  ['stale skipped', ({ staleSkipped }) => number(staleSkipped)],
  ['latency p50', ({ latencyMs }) => ms(latencyMs.p50)],
  ['latency p95', ({ latencyMs }) => ms(latencyMs.p95)],
  ['latency max', ({ latencyMs }) => ms(latencyMs.max)],
  ['error rate', ({ errorRatePercent }) => `${errorRatePercent.toFixed(2)} %`],
  ['drift before', ({ driftBefore }) => drift(driftBefore)],
  ['drift after', ({ driftAfter }) => drift(driftAfter)],
]

/** The summary for people: a table of warehouses, what went wrong on purpose, and the verdict. */
export function summaryText(summary: Summary, paint: Paint): string {
  const { hotProduct: hot, poison, reconcile, table, staleInRedrive } = summary
  const width = 24
  const head = `${' '.repeat(16)}${warehouses.map((name) => name.padStart(width)).join('')}`
  const rows = lines.map(([label, of]) => {
    const cells = warehouses.map((name) => of(summary.warehouses[name]).padStart(width))
    return `  ${paint.dim(label.padEnd(14))}${cells.join('')}`
  })
  const facts = [
    ['table', `${number(table.rows)} rows, ${number(table.units)} units`],
    [
      'hot product',
      `${hot.opening} there, ${hot.sold} sold, ${hot.refused} refused for want of stock, ${hot.left} left`,
    ],
    ['poison', `${poison.parked} record parked, ${poison.redriven} redriven after its correction`],
    ['redrive', `${staleInRedrive} deliveries of dead letters were stale: newer stock was kept`],
    ['reconcile', `found ${few(reconcile.found)}; repaired ${reconcile.repaired}`],
  ].map(([label = '', text = '']) => `  ${paint.dim(label.padEnd(14))}  ${text}`)
  return ['', paint.bold(head), ...rows, '', ...facts, '', verdictText(summary, paint), ''].join('\n')
}

function verdictText({ verdict, problems, durationMs, seed, database }: Summary, paint: Paint): string {
  const run = paint.dim(`${(durationMs / 1_000).toFixed(1)} s on ${database}, --seed ${seed}`)
  if (verdict === 'equal')
    return `  ${paint.green(paint.bold('✔ Every warehouse equals the table. Nothing was lost.'))}  ${run}`
  const list = problems.map((problem) => `    ${problem}.`).join('\n')
  return `  ${paint.red(paint.bold('✖ Not every warehouse equals the table, or something was lost.'))}  ${run}\n${list}`
}
