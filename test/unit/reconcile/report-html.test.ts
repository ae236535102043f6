import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { reportHtml } from 'dynamodb-stream-sync'
import { drift, hostileTexts, report, warehouseReport } from '../../support/reports.ts'
import { richReport } from '../../support/rich-report.ts'

const drifted = report({
  ...{ verdict: 'drift', stoppedBy: 'deadline', resumeFrom: 'SKU-9' },
  warehouses: {
    east: warehouseReport({ missing: 5, mismatch: 10, inFlight: 2, equal: 5, accuracyPercent: 50 }),
    west: warehouseReport({
      complete: false,
      orphan: 1,
      repairs: { planned: 3, applied: 2, stale: 0, conflicted: 0, failed: 1 },
    }),
  },
  sample: [drift(), drift({ key: 'B2', kind: 'orphan', units: 7, expected: undefined })],
})

// Open the pages in a browser to see what the report looks like.
test.each([
  ['of a run that found, repaired and left alone a bit of everything', 'drift', richReport],
  ['of a run that found all equal', 'equal', report()],
])('the page %s, whole', async (_, name, shown) => {
  const page = reportHtml<unknown, string>(shown)
  expect(page).toBe(await keptPage(name, page))
})

/** What the page was when it was last looked at. To keep a new one, delete the file and run this twice. */
async function keptPage(name: string, page: string): Promise<string> {
  const file = new URL(`pages/${name}.html`, import.meta.url)
  if (existsSync(file)) return readFile(file, 'utf8')
  await writeFile(file, page)
  return 'There was no such page yet: it was written.'
}

test('a page of a report without times says so', () => {
  const page = reportHtml(report({ startedAt: new Date(Number.NaN) }))
  expect(page).toContain('<dd><time datetime="">at an unknown time</time>, took an unknown time</dd>')
})

/** The page's tags, in order, with their attributes' names but without their values. */
function tagsOf(page: string): readonly string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '="…"'))
}

function textOf(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
}

test('the page says what was found, why the run ended, and every number', () => {
  const text = textOf(reportHtml(drifted))
  expect(text).toContain('Drift: 16 differences at east and west.')
  expect(text).toContain("Go on after the key SKU-9: it is the report's resumeFrom.")
  expect(text).toContain('2 of 3 repairs were applied.')
  expect(text).toContain('Worst by units: 2 of 16 differences')
  expect(text).toContain('A1 -4 mismatch east quantity 5 → 1')
  expect(text).toMatch(/B2 \+7 orphan.*A1 -4 mismatch/)
})

describe('the page stands alone', () => {
  test('it has no script, and nothing in it asks for anything', () => {
    const page = reportHtml(drifted)
    expect(page).not.toMatch(/<script|javascript:|\son[a-z]+=|https?:|url\(|@import|<(?:link|img|iframe|object|form)/i)
  })

  test('its policy lets its own style apply, and nothing else', () => {
    const page = reportHtml(drifted)
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    )
    expect(page).not.toMatch(/\sstyle=/)
  })
})

describe('whatever a key, a name or an attribute holds, it stays text', () => {
  const withTexts = (texts: readonly string[]) =>
    reportHtml(
      report({
        ...{ verdict: 'drift', stoppedBy: 'deadline', resumeFrom: texts[0]!, runId: texts[0]! },
        warehouses: Object.fromEntries(texts.map((text) => [text, warehouseReport({ missing: 1 })])),
        sample: texts.map((text) =>
          drift({ key: text, warehouse: text, expected: { sku: 'a', quantity: 1, [`n${text}`]: text }, held: {} }),
        ),
      }),
    )

  test.each(hostileTexts)('%j', (text) => {
    const hostile = withTexts([text])
    expect(tagsOf(hostile)).toEqual(tagsOf(withTexts(['plain'])))
    expect(hostile).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u)
  })

  test('each name stands in its card, its chart and its tables', () => {
    expect(textOf(withTexts(['<b>"\'&`'])).split('<b>"\'&`').length - 1).toBeGreaterThanOrEqual(6)
  })
})

describe('everybody can read it', () => {
  test('each chart has a name and says its numbers, under ids of its own', () => {
    const page = reportHtml(drifted)
    const charts = [...page.matchAll(/<svg[^]*?<\/svg>/g)].map(([chart]) => chart)
    expect(charts).toHaveLength(2)
    for (const chart of charts) {
      const [title, description] = /aria-labelledby="([^"]*)"/.exec(chart)?.[1]?.split(' ') ?? []
      expect(chart).toContain(`<title id="${String(title)}">`)
      expect(chart).toContain(`<desc id="${String(description)}">`)
    }
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(textOf(charts[0]!)).toContain(
      '5 of 10 expected rows are equal (50%); missing 5, mismatch 10, orphan 0, duplicate 0, in flight 2, unstable 0.',
    )
  })

  test('each table has a caption, and each of its heads says what it is the head of', () => {
    const page = reportHtml(drifted)
    const tables = [...page.matchAll(/<table>[^]*?<\/table>/g)].map(([table]) => table)
    expect(tables).toHaveLength(3)
    for (const table of tables) {
      expect(table).toMatch(/<caption>\s*\S/)
      expect(table.match(/<th\b/g)?.length).toBe(table.match(/<th scope="(?:col|row)"/g)?.length)
    }
  })

  test('bars of all warehouses have one scale; what is there at all can be seen', () => {
    const page = reportHtml(drifted)
    const barOf = (kind: string) =>
      Number(new RegExp(`class="${kind}"[^>]*width="([\\d.]+)"`).exec(page.replace(/\s+/g, ' '))?.[1])
    expect(barOf('mismatch')).toBe(2 * barOf('missing'))
    expect(barOf('orphan')).toBeCloseTo(barOf('mismatch') / 10)
    const huge = reportHtml(report({ warehouses: { a: warehouseReport({ missing: 1e9, orphan: 1 }) } }))
    expect(huge.replace(/\s+/g, ' ')).toMatch(/class="orphan"[^>]*width="2"/)
  })
})
