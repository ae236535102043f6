import type { Lock } from 'dynamodb-stream-sync'
import { reconcile } from 'dynamodb-stream-sync'
import { dynamoDbLock } from 'dynamodb-stream-sync/locks/dynamodb'
import { lockContract, manualClock } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { fullExport } from '../support/dynamodb-export.ts'
import { batchAnswer, fakeDynamoDb, keysOf } from '../support/fake-dynamodb.ts'
import { fakeLockTable } from '../support/fake-lock-table.ts'
import { fakeS3 } from '../support/fake-s3.ts'
import { alone, exportedTable, takeAll } from './dynamodb-export.ts'

test('what changed since the export is no drift, for the table itself is asked', async () => {
  const exported = [
    { sku: 'A1', quantity: 5 },
    { sku: 'B2', quantity: 7 },
    { sku: 'C3', quantity: 1 },
  ]
  const now = new Map(Object.entries({ A1: 6, B2: 7, C3: 1 }))
  const dynamodb = fakeDynamoDb((sent) => {
    const rows = keysOf(sent).map(({ sku }) => ({ sku: sku!, quantity: { N: String(now.get(String(sku!['S']))) } }))
    return batchAnswer(rows)
  })
  const s3 = fakeS3(fullExport(exported, { prefix: 'nightly' }))
  const table = exportedTable({ dynamodb, s3 })
  const lyon = [
    { sku: 'A1', quantity: 6 },
    { sku: 'B2', quantity: 9 },
    { sku: 'C3', quantity: 1 },
  ]
  const source = table.snapshot()
  const report = await reconcile({ source, warehouses: { lyon } }, { table, settleMs: 0 })
  expect(report.warehouses.lyon).toMatchObject({ mismatch: 1, unitsSigned: 2 })
})

test('what was taken before a crash is not taken again', async () => {
  const rows = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
  const client = fakeDynamoDb(({ input }) => {
    const [segment, from] = [
      Number(input['Segment'] ?? 0),
      input['ExclusiveStartKey'] as { at: { N: string } } | undefined,
    ]
    const at = from ? Number(from.at.N) : segment * 2
    const isLast = at % 2 === 1
    return { Items: [{ sku: { S: rows[at] } }], ...(!isLast && { LastEvaluatedKey: { at: { N: String(at + 1) } } }) }
  })
  let kept: string | undefined
  const stand = {
    load: async () => kept,
    save: async (text: string) => {
      kept = text
    },
  }
  const taken: unknown[] = []
  const take = (most: number) =>
    takeAll(
      stand,
      async (page) => {
        if (taken.length === most) throw new Error('crashed')
        taken.push(...page.map(({ item }) => item['sku']))
      },
      client,
    )
  await expect(take(3)).rejects.toThrow('crashed')
  await take(Infinity)
  expect(taken.sort()).toEqual(rows)
})

test('one works, the other does not', async () => {
  const client = fakeDynamoDb(fakeLockTable().answer)
  const lockOf = () => dynamoDbLock({ tableName: 'locks', client })
  const work = () => new Promise<void>((resolve) => setImmediate(resolve))
  expect((await Promise.all([alone(lockOf(), work), alone(lockOf(), work)])).sort()).toEqual([false, true])
  expect(await alone(lockOf(), work)).toBe(true)
})

const clock = manualClock()
const lockClient = fakeDynamoDb(fakeLockTable().answer)
const myLock = (): Lock => dynamoDbLock({ tableName: 'locks', client: lockClient, clock, maxClockSkewMs: 0 })

// region prove
for (const { name, check } of lockContract({ create: () => myLock(), pass: clock.advance })) test(name, check)
// endregion
