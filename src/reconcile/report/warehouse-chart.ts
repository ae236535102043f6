import { html, type Html } from './html.ts'
import { numberText, percentText } from './number-text.ts'
import { chartKinds, type AnyReport, type ChartKind } from './shown-report.ts'
import type { WarehouseReport } from '../report.ts'

const [width, nameWidth, numberWidth, rowHeight, barHeight] = [320, 84, 76, 24, 12]
const barWidth = width - nameWidth - numberWidth

/** The longest bar of all warehouses' charts, so that they can be compared by eye. */
export function longestBar(report: AnyReport): number {
  return Math.max(1, ...Object.values(report.warehouses).flatMap((one) => chartKinds.map(({ kind }) => one[kind])))
}

/** One warehouse as a picture: how much of what it should hold is equal, and what is not, by kind. */
export function warehouseChart(name: string, warehouse: WarehouseReport, longest: number, id: string): Html {
  const rows = [equalRow(warehouse), ...chartKinds.map((kind, index) => kindRow(kind, warehouse, longest, index + 1))]
  const height = rows.length * rowHeight
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${name}: rows by kind</title>
    <desc id="${id}-desc">${spoken(warehouse)}</desc>
    ${rows}
  </svg>`
}

function equalRow({ accuracyPercent, equal, expected }: WarehouseReport): Html {
  const filled = expected === 0 ? 0 : (barWidth * accuracyPercent) / 100 // of no rows there is no share
  return html`${label('Equal', 0)}<rect
      class="rest"
      x="${nameWidth}"
      y="6"
      width="${barWidth}"
      height="${barHeight}"
      rx="3"
    />${bar('all', filled, 0)}${value(equal, 0)}`
}

function kindRow({ kind, name }: ChartKind, warehouse: WarehouseReport, longest: number, row: number): Html {
  const count = warehouse[kind]
  return html`${label(name, row)}${bar(kind, (barWidth * count) / longest, row)}${value(count, row)}`
}

function label(name: string, row: number): Html {
  return html`<text class="name" x="0" y="${row * rowHeight + 16}">${name}</text>`
}

/** What is there at all can be seen. */
function bar(kind: string, length: number, row: number): Html {
  if (length <= 0) return html``
  return html`<rect
    class="${kind}"
    x="${nameWidth}"
    y="${row * rowHeight + 6}"
    width="${Math.max(2, Math.round(length * 100) / 100)}"
    height="${barHeight}"
    rx="3"
  />`
}

function value(count: number, row: number): Html {
  return html`<text x="${width}" y="${row * rowHeight + 16}" text-anchor="end">${numberText(count)}</text> `
}

function spoken(warehouse: WarehouseReport): string {
  const { equal, expected, accuracyPercent } = warehouse
  const kinds = chartKinds.map(({ kind, name }) => `${name.toLowerCase()} ${numberText(warehouse[kind])}`)
  const share =
    expected === 0
      ? 'No rows were expected'
      : `${numberText(equal)} of ${numberText(expected)} expected rows are equal (${percentText(accuracyPercent)})`
  return `${share}; ${kinds.join(', ')}.`
}
