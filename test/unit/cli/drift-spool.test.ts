import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { driftSpool } from '../../../src/cli/drift-spool.ts'
import { drift, report } from '../../support/reports.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drift-spool-'))
  vi.stubEnv('TMPDIR', folder) // what the system's own folder is, is asked each time
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('drift comes after the report, and nothing is left behind', async () => {
  const spool = await driftSpool()
  for (const key of ['A', 'B']) await spool.onDrift(drift({ key }))
  let text = ''
  await spool.writeInto(report({ sample: [drift()] }), async (part) => void (text += part))
  expect(await readdir(folder)).toHaveLength(1)
  await spool.drop()

  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; key?: string })
  expect(lines.map(({ type, key }) => key ?? type)).toEqual(['report', 'warehouse', 'A', 'B'])
  expect(await readdir(folder)).toEqual([])
})

test('drift that could not be kept is no file that looks whole', async () => {
  const spool = await driftSpool()
  const write = vi.fn(async () => undefined)
  await spool.onDrift(
    drift({
      units: undefined as never,
      key: {
        toJSON: () => {
          throw new Error('no room')
        },
      } as never,
    }),
  )
  await expect(spool.writeInto(report(), write)).rejects.toMatchObject({ code: 'CONFIG_INVALID', field: '--jsonl' })
  expect(write).not.toHaveBeenCalled()
  await spool.drop()
})
