import { appendFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driftLines } from 'dynamodb-stream-sync'

/** Every drift of a run as a line of a file, so that a bad day takes no memory. A container serves one run at a time. */
export function driftFile() {
  const file = join(tmpdir(), 'drifts.jsonl')
  return { file, clear: () => writeFile(file, ''), onDrift: driftLines((line) => appendFile(file, line)) }
}
