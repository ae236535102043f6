import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'
import type { Drift, ReconcileReport } from '../reconcile/report.ts'
import { driftLines, reportJsonl } from '../reconcile/report-json.ts'
import { outputFile } from './output-file.ts'

/** Keeps drift, which is told while a run goes on, for a file whose first lines are the report's own. */
export interface DriftSpool {
  readonly onDrift: (drift: Drift<unknown>) => Promise<void>
  /** @throws ConfigError where some drift could not be kept: half of it would look like all. */
  readonly writeInto: (report: ReconcileReport<unknown>, write: (text: string) => Promise<void>) => Promise<void>
  readonly drop: () => Promise<void>
}

/** In a folder of the system's own. */
export async function driftSpool(): Promise<DriftSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-'))
  const path = join(folder, 'drift.jsonl')
  const file = await outputFile('--jsonl', path)
  const keep = driftLines((line) => file.write(line))
  let failure: unknown
  return {
    onDrift: (drift) => keep(drift).catch((error: unknown) => void (failure ??= error)),
    async writeInto(report, write) {
      await file.keep()
      if (failure !== undefined)
        throw new ConfigError('--jsonl', `could not keep all drift in ${tmpdir()}. See that there is room.`, {
          cause: failure,
        })
      for await (const line of reportJsonl(report, [])) await write(line)
      for await (const chunk of createReadStream(path, 'utf8')) await write(chunk as string)
    },
    drop: async () => {
      await file.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
