import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for what each synthesis writes, removed with all that is in it when the tests have ended. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'inventory-sync-'))
  process.env['TMPDIR'] = folder
  return () => {
    rmSync(folder, { recursive: true, force: true })
  }
}
