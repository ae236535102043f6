import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { memoryDlq } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { scriptedTarget } from '../../support/sync-kit.ts'

test('what a configuration gives up is said once for each target that it is true of', () => {
  const lines: (readonly unknown[])[] = []
  const line = (...told: readonly unknown[]) => void lines.push(told)
  const [guarded, open] = [scriptedTarget(), scriptedTarget(undefined, false)]
  const dlq = memoryDlq()
  createStreamSyncHandler({
    targets: {
      fine: { target: guarded, dlq },
      open: { target: open, dlq },
      stalling: { target: open, dlq, onUnavailable: 'stall' },
      bare: guarded,
    },
    logger: { info: line, warn: line, error: line },
  })
  expect(lines).toEqual([
    [expect.stringContaining('"open" is not guarded') as unknown, { target: 'open' }],
    [expect.stringContaining('"bare" has no DLQ') as unknown, { target: 'bare' }],
  ])
})
