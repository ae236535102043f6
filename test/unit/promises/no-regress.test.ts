import { createQueueSyncHandler, createStreamSyncHandler, TargetRejectedError } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent, type MemoryTarget } from 'dynamodb-stream-sync/testing'
import type { InventoryItem } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { failedOf, insert, modify, queueEvent, remove, tableOf } from '../../support/sync-kit.ts'

const history = () =>
  streamEvent([
    insert('A1', 1, 1),
    modify({ sku: 'A1', quantity: 1 }, { sku: 'A1', quantity: 2 }, 2),
    remove('A1', 2, 3),
  ]).Records

/** Every order of these. */
function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length === 0) return [[]]
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}

function risesOnly(west: MemoryTarget<InventoryItem>) {
  const versions = west.changes().map(({ version }) => version)
  expect(versions).toEqual([...versions].sort())
}

test('P2 in whatever order and however often records come, the removed item stays removed', async () => {
  for (const order of permutations([0, 1, 2, 0, 1])) {
    const west = memoryTarget()
    const records = history()
    const handler = createStreamSyncHandler({ targets: { west } })
    for (const index of order) expect(failedOf(await handler({ Records: [records[index]!] }))).toEqual([])
    risesOnly(west)
    if (order.includes(2)) expect(west.items()).toEqual([])
  }
})

test.each(['current', 'original'] as const)('P2 a late redrive of older letters, %s, changes nothing', async (mode) => {
  const clock = manualClock()
  const [dlq, west] = [memoryDlq(), memoryTarget()]
  const rejecting = { guarded: true, apply: () => Promise.reject(new TargetRejectedError('no')) }
  const [first, second, removal] = history()
  await createStreamSyncHandler({ targets: { west: rejecting }, dlq })({ Records: [first!] })
  await createStreamSyncHandler({ targets: { west: rejecting }, dlq })({ Records: [second!] })
  await createStreamSyncHandler({ targets: { west } })({ Records: [removal!] })
  const targets = { west }
  const handler =
    mode === 'original'
      ? createQueueSyncHandler({ mode, targets, clock })
      : createQueueSyncHandler({ mode, targets, clock, table: tableOf([{ sku: 'A1', quantity: 2 }]) })
  expect(failedOf(await clock.settle(handler(queueEvent(dlq.letters()))))).toEqual([])
  expect(west.changes()).toMatchObject([{ type: 'removal' }])
})

test('P3 once faults end, redelivery and redrive bring the target to the table', async () => {
  const clock = manualClock()
  const dlq = memoryDlq({ faults: ['rejected'] })
  const west = memoryTarget({ clock, faults: ['rejected', 'answerLost', 'rejected'] })
  const targets = { west }
  const stream = createStreamSyncHandler({ targets, dlq, clock })
  const { Records } = streamEvent([insert('A1', 1, 1), insert('B2', 2, 2), insert('C3', 3, 3)])
  for (let left = Records; left.length > 0;) {
    const [first] = failedOf(await clock.settle(stream({ Records: left })))
    const from = left.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === first)
    left = from < 0 ? [] : left.slice(from)
  }
  const table = tableOf(['A1', 'B2', 'C3'].map((sku, index) => ({ sku, quantity: index + 1 })))
  const redrive = createQueueSyncHandler({ targets, table, clock })
  expect(failedOf(await clock.settle(redrive(queueEvent(dlq.letters()))))).toEqual([])
  expect(west.items()).toEqual(await rowsOf(table))
})

async function rowsOf(table: ReturnType<typeof tableOf>) {
  const keys = ['A1', 'B2', 'C3'].map((key) => ({ key, keyAttributes: { sku: key } }))
  const signal = new AbortController().signal
  return (await table.read(keys, { target: 'table', signal, attempt: 1, timeoutMs: 1 })).map(({ item }) => item)
}
