import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { reconcile } from 'dynamodb-stream-sync'
import { keepReport, reconcileInto, summarise } from '../../snippets/reports.ts'

const snapshots = { source: [{ sku: 'A1', quantity: 5 }], warehouses: { lyon: [{ sku: 'A1', quantity: 3 }] } }

test('a report is kept in three forms, and all drift in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-'))
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  try {
    const file = await open(join(folder, 'drift.jsonl'), 'w')
    const report = await reconcileInto(file, snapshots)
    await file.close()
    await keepReport(report, folder)

    expect(print.mock.calls.flat().join()).toContain('Drift: 1 difference at lyon, 2 units in all.')
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Drift: 1 difference at lyon')
    const lines = (await readFile(join(folder, 'report.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(await readFile(join(folder, 'drift.jsonl'), 'utf8')).toBe(`${lines[2]!}\n`)
  } finally {
    print.mockRestore()
    await rm(folder, { recursive: true })
  }
})

test('the reports of partitions are one', async () => {
  const report = await reconcile(snapshots)
  expect(await summarise([report, report])).toMatch(/^Drift: 2 differences at lyon, 4 units in all\./)
})
