import { expect, test } from 'vitest'
import type { ReconcileReport } from 'dynamodb-stream-sync'
import { logReport } from '../../../src/reconcile/log-report.ts'
import { report } from '../../support/reports.ts'
import { richReport } from '../../support/rich-report.ts'

/** What a run with this report writes to the log. */
function logged(of: ReconcileReport<unknown>): readonly (readonly unknown[])[] {
  const lines: (readonly unknown[])[] = []
  const other = () => {
    throw new Error('A report is information.')
  }
  logReport(of, { info: (...line) => lines.push(line), warn: other, error: other })
  return lines
}

test('a run is one line: what was found and done at all warehouses, and why it ended early', () => {
  expect(logged(richReport)).toStrictEqual([
    [
      'Reconciled.',
      {
        ...{ runId: 'run-7', verdict: 'drift', stoppedBy: 'deadline' },
        ...{ rows: 1_240, drift: 77, repaired: 35, failed: 5, durationMs: 185_200 },
      },
    ],
  ])
})

test('a run that came to its end names no reason', () => {
  expect(logged(report())).toStrictEqual([
    [
      'Reconciled.',
      { runId: 'run-1', verdict: 'equal', rows: 10, drift: 0, repaired: 0, failed: 0, durationMs: 42_100 },
    ],
  ])
})
