import { html, type Html } from './report/html.ts'
import { outside, repairsTable, rowsTable, sampleTable } from './report/html-tables.ts'
import { counted, durationText, percentText, timeText } from './report/number-text.ts'
import { pageStyle, styleHash } from './report/page-style.ts'
import { driftCount, type AnyReport } from './report/shown-report.ts'
import { shownText } from './report/shown-text.ts'
import { repairWords, rowWords, stopWords, verdictWords } from './report/verdict-words.ts'
import { longestBar, warehouseChart } from './report/warehouse-chart.ts'
import type { ReconcileReport, WarehouseReport } from './report.ts'

/** Not within a template: whoever lays out its source anew would change the style's hash. */
const style: Html = { markup: `<style>${pageStyle}</style>` }

/**
 * The report as one HTML page that stands alone: no script, no request, a style of its own that a content security policy
 * pins. It shows the verdict, a chart per warehouse (all to one scale), every number, and the report's sample; it can be
 * read on a phone, in dark mode, on paper and by a screen reader.
 *
 * Every text from outside is escaped, cut at 80 columns, and shown with what cannot be seen in it, as `reportText` does.
 * The page holds keys and attributes of the sample: store it as you store the data.
 */
export function reportHtml<Item, Name extends string>(report: ReconcileReport<Item, Name>): string {
  const given: AnyReport = report
  const longest = longestBar(given)
  const cards = Object.entries(given.warehouses).map(([name, one], index) => card(name, one, longest, `w${index}`))
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src '${{ markup: styleHash }}'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${verdictWords(given)}</title>
        ${style}
      </head>
      <body>
        <header>
          <div class="verdict ${given.verdict}">
            <h1>${verdictWords(given)}</h1>
            ${[repairWords(given) ?? [], stopWords(given)].flat().map((words) => html`<p>${words}</p> `)}
          </div>
          ${facts(given)}
        </header>
        <main>
          <h2>Warehouses</h2>
          <div class="cards">${cards}</div>
          ${rowsTable(given)}${repairsTable(given)}${sampleTable(given)}
        </main>
      </body>
    </html> `.markup
}

function facts(report: AnyReport): Html {
  const { runId, startedAt, endedAt } = report
  const took = durationText(endedAt.getTime() - startedAt.getTime())
  return html`<dl>
    <dt>Table</dt>
    <dd>${rowWords(report)}</dd>
    <dt>Started</dt>
    <dd><time datetime="${isoTime(startedAt)}">${timeText(startedAt)}</time>, took ${took}</dd>
    <dt>Run</dt>
    <dd>${shownText(runId, 60)}</dd>
  </dl> `
}

function card(name: string, warehouse: WarehouseReport, longest: number, id: string): Html {
  const { expected, accuracyPercent, complete } = warehouse
  const differences = driftCount(warehouse)
  const mood = differences > 0 ? 'is-bad' : complete ? 'is-good' : 'is-open'
  return html`<article class="card" aria-labelledby="${id}-name">
    <h3 id="${id}-name">${outside(name)}</h3>
    <p class="share ${mood}">${expected === 0 ? '–' : percentText(accuracyPercent)}</p>
    <p class="quiet">${cardWords(warehouse, differences)}</p>
    ${warehouseChart(shownText(name, 60), warehouse, longest, id)}
  </article> `
}

function cardWords(warehouse: WarehouseReport, differences: number): string {
  const { expected, accuracyAfterPercent, complete, repairs } = warehouse
  const share = expected === 0 ? 'no rows were expected' : 'of the expected rows are equal'
  const after = repairs.applied > 0 ? `, ${percentText(accuracyAfterPercent)} after repairs` : ''
  const found = differences === 0 ? 'no difference' : counted(differences, 'difference')
  return `${share}${after}; ${found}.${complete ? '' : ' Not everything could be compared.'}`
}

function isoTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? '' : time.toISOString()
}
