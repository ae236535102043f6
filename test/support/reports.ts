import type { Drift, InventoryItem, ReconcileReport, WarehouseReport } from 'dynamodb-stream-sync'

type Report = ReconcileReport<InventoryItem>

/** A warehouse that holds ten rows, all of them right. */
export function warehouseReport(facts: Partial<WarehouseReport> = {}): WarehouseReport {
  const counts = { missing: 0, mismatch: 0, orphan: 0, duplicate: 0, inFlight: 0, unstable: 0 }
  return {
    ...{ rows: 10, expected: 10, equal: 10, equalAfter: 10, ...counts, unitsSigned: 0, unitsAbsolute: 0 },
    ...{ accuracyPercent: 100, accuracyAfterPercent: 100, complete: true },
    repairs: { planned: 0, applied: 0, stale: 0, conflicted: 0, failed: 0 },
    ...facts,
  }
}

/** A run that found `east` equal. */
export function report(facts: Partial<Report> = {}): Report {
  return {
    runId: 'run-1',
    startedAt: new Date('2026-03-01T10:00:00Z'),
    endedAt: new Date('2026-03-01T10:00:42.100Z'),
    sourceRows: 10,
    invalid: 0,
    verdict: 'equal',
    warehouses: { east: warehouseReport() },
    sample: [],
    ...facts,
  }
}

/** One difference of four units. */
export function drift(facts: Partial<Drift<InventoryItem>> = {}): Drift<InventoryItem> {
  const [expected, held] = [
    { sku: 'A1', quantity: 5 },
    { sku: 'A1', quantity: 1 },
  ]
  return { kind: 'mismatch', key: 'A1', warehouse: 'east', units: -4, expected, held, ...facts }
}

/** What a terminal or a page might obey, hide or stumble over. */
export const hostileTexts = [
  '\x1b[31mred\x1b[0m',
  '\x1b]0;title\x07',
  'line\nbreak\r\ttab',
  '\u202egnp.exe',
  'zero\u200bwidth',
  '\ud800half',
  '</title><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '&amp;&lt;',
  '<!-- ',
  ']]>',
  '日本語の鍵',
  '👨‍👩‍👧 family',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  '\u0301starts with a mark',
  '__proto__',
  'back\\slash',
  `${'long '.repeat(500)}end`,
  '',
] as const
