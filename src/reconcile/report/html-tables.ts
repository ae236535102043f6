import { byWeight } from '../drift-order.ts'
import { differing } from './differing.ts'
import { html, type Html } from './html.ts'
import { counted, numberText, signedText } from './number-text.ts'
import { driftCount, hasRepairs, total, type AnyReport } from './shown-report.ts'
import { shownText } from './shown-text.ts'
import type { WarehouseReport } from '../report.ts'

const longestText = 80

type Cells = Readonly<Record<string, (warehouse: WarehouseReport) => number | string>>

const rows: Cells = {
  Holds: ({ rows }) => rows,
  Expected: ({ expected }) => expected,
  Missing: ({ missing }) => missing,
  Mismatch: ({ mismatch }) => mismatch,
  Orphan: ({ orphan }) => orphan,
  Duplicate: ({ duplicate }) => duplicate,
  'In flight': ({ inFlight }) => inFlight,
  Unstable: ({ unstable }) => unstable,
  'Units net': ({ unitsSigned }) => signedText(unitsSigned),
  'Units off': ({ unitsAbsolute }) => unitsAbsolute,
}

const repairs: Cells = {
  Planned: ({ repairs }) => repairs.planned,
  Applied: ({ repairs }) => repairs.applied,
  Stale: ({ repairs }) => repairs.stale,
  Conflicted: ({ repairs }) => repairs.conflicted,
  Failed: ({ repairs }) => repairs.failed,
}

/** Every number of every warehouse. */
export function rowsTable(report: AnyReport): Html {
  return countTable(report, 'Rows and units', rows)
}

/** Nothing where there was nothing to repair. */
export function repairsTable(report: AnyReport): Html {
  return hasRepairs(report) ? countTable(report, 'Repairs', repairs) : html``
}

function countTable({ warehouses }: AnyReport, title: string, cells: Cells): Html {
  const names = Object.keys(cells).map((name) => html`<th scope="col" class="number">${name}</th>`)
  const body = Object.entries(warehouses).map(([warehouse, counts]) => {
    const numbers = Object.values(cells).map((of) => html`<td class="number">${shown(of(counts))}</td>`)
    return html`<tr>
      <th scope="row" class="text">${outside(warehouse)}</th>
      ${numbers}
    </tr> `
  })
  return table(
    title,
    html`<th scope="col">Warehouse</th>
      ${names}`,
    body,
  )
}

/** The report's sample, the heaviest first. */
export function sampleTable(report: AnyReport): Html {
  const { sample } = report
  if (sample.length === 0) return html``
  const body = [...sample].sort(byWeight).map(
    (drift) =>
      html`<tr>
        <th scope="row" class="key">${outside(drift.key)}</th>
        <td class="number">${signedText(drift.units)}</td>
        <td class="tag">${drift.kind}</td>
        <td class="text">${outside(drift.warehouse)}</td>
        <td class="text"><bdi>${differing(drift)}</bdi></td>
      </tr> `,
  )
  const others = ['Kind', 'Warehouse', 'Table → warehouse'].map((name) => html`<th scope="col">${name}</th>`)
  const head = html`<th scope="col">Key</th>
    <th scope="col" class="number">Units</th>
    ${others}`
  const all = counted(total(report, driftCount), 'difference')
  return table(`Worst by units: ${numberText(sample.length)} of ${all}`, head, body)
}

function table(title: string, head: Html, body: readonly Html[]): Html {
  return html`<h2>${title}</h2>
    <div class="scroll" role="region" tabindex="0" aria-label="${title}">
      <table>
        <caption>
          ${title}
        </caption>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div> `
}

/** A text from outside: its direction is its own. */
export function outside(text: string): Html {
  return html`<bdi>${shownText(text, longestText)}</bdi>`
}

function shown(value: number | string): string {
  return typeof value === 'number' ? numberText(value) : value
}
