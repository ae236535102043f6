import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { reportHtml, reportText } from 'dynamodb-stream-sync'
import { canonicalText } from '../../src/core/canonical.ts'
import { exactNumber } from '../../src/core/number.ts'
import { jsonValue } from '../../src/reconcile/report/json-value.ts'
import { shownText, widthOf } from '../../src/reconcile/report/shown-text.ts'
import { rows } from '../support/attribute-arbitraries.ts'
import { drift, report, warehouseReport } from '../support/reports.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Reads the documented form back. */
function readBack(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return (json as readonly Json[]).map(readBack)
  const record = json as Readonly<Record<string, Json>>
  const [[type, value] = ['', null] as const, ...more] = Object.entries(record)
  if (more.length > 0) return membersOf(record)
  if (type === 'N') return exactNumber(value as string)
  if (type === 'B') return bytesOf(value)
  if (type === 'SS') return new Set(value as readonly string[])
  if (type === 'NS') return new Set((value as readonly string[]).map(exactNumber))
  if (type === 'BS') return new Set((value as readonly Json[]).map(bytesOf))
  return membersOf(type === 'M' ? (value as typeof record) : record)
}

const bytesOf = (base64: Json) => new Uint8Array(Buffer.from(base64 as string, 'base64'))

function membersOf(record: Readonly<Record<string, Json>>): unknown {
  const members: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record))
    Object.defineProperty(members, name, { value: readBack(value), enumerable: true })
  return members
}

test.prop([rows])('every item comes back from its JSON as it was', (item) => {
  const written = JSON.parse(JSON.stringify(jsonValue(item))) as Json
  expect(canonicalText(readBack(written))).toBe(canonicalText(item))
})

test.prop([fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })])(
  'anything at all can be written',
  (value) => {
    expect(() => JSON.stringify(jsonValue(value))).not.toThrow()
  },
)

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1 }),
    fc.constantFrom('<', '>', '&', '"', "'", '`', '\x1b', '\n', '\u202e'),
  ),
})

test.prop([anyText, fc.integer({ min: 8, max: 80 })])('a text is shown within its columns', (text, most) => {
  const shown = shownText(text, most)
  expect(widthOf(shown)).toBeLessThanOrEqual(most)
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
})

test.prop([anyText, anyText])('texts that are short enough are told apart', (a, b) => {
  expect(shownText(a, 10_000) === shownText(b, 10_000)).toBe(a === b)
})

test.prop([anyText, rows])('no text and no item breaks a form', (text, item) => {
  const found = report({
    ...{ verdict: 'drift', runId: text, resumeFrom: text, stoppedBy: 'lock' },
    warehouses: { [text]: warehouseReport({ missing: 1 }) },
    sample: [drift({ key: text, warehouse: text, expected: { ...item, sku: text, quantity: 1 }, held: {} })],
  })
  const tags = (page: string) => page.match(/<[^>]*>/g)?.length
  const plain = report({
    ...{ verdict: 'drift', stoppedBy: 'lock', resumeFrom: 'a', warehouses: { a: warehouseReport({ missing: 1 }) } },
    sample: [drift()],
  })
  expect(tags(reportHtml(found))).toBe(tags(reportHtml(plain)))
  expect(reportText(found).split('\n')).toHaveLength(reportText(plain).split('\n').length)
})
