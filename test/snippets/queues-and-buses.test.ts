import type { SendMessageBatchCommand, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import { memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import { filterPattern } from '../../src/testing/mapping/filter-pattern.ts'
import { fakeBusClient } from '../support/fake-bus-client.ts'
import { onStockEvent, type StockEvent } from './event-consumer.ts'
import { item, onQueue, onStream, partners, rules, type Stock } from './queues-and-buses.ts'

const stock = { sku: 'A1', quantity: 5, region: 'eu', category: 'garden' } as const

// region queue
test('Lyon is reached by its queue, and gets what the table holds when that is drained', async () => {
  const messages: SendMessageBatchRequestEntry[] = []
  const client = {
    send: async ({ input: { Entries = [] } }: SendMessageBatchCommand) => {
      messages.push(...Entries)
      return { Successful: Entries }
    },
  }
  const table = memoryTarget<Stock>() // stands for the source table: it follows every write
  const lyon = memoryTarget<Stock>()
  const queue = sqsTarget<Stock>({ queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/lyon', client })
  const onTable = createStreamSyncHandler({ item, targets: { table } })

  for (const quantity of [5, 3]) {
    const event = streamEvent([{ newImage: { sku: 'A1', quantity, region: 'eu', category: 'garden' } }])
    await onTable(event)
    await onStream(queue)(event)
  }
  expect(messages).toHaveLength(2)

  const Records = messages.map(({ Id, MessageBody }, n) => ({ messageId: `${Id!}-${n}`, body: MessageBody! }))
  expect(await onQueue(lyon, table)({ Records })).toEqual({ batchItemFailures: [] })
  expect(lyon.items()).toMatchObject([{ sku: 'A1', quantity: 3 }])
})
// endregion

test('rules bring each group what concerns it, and a move is a removal for the one that is left', async () => {
  const client = fakeBusClient()
  const handler = createStreamSyncHandler(partners(client))
  const moved = { ...stock, region: 'us' }
  await handler(streamEvent([{ newImage: stock }]))
  await handler(streamEvent([{ oldImage: stock, newImage: moved }]))
  await handler(streamEvent([{ oldImage: moved, newImage: { ...moved, category: 'tools' } }]))

  expect(told(client, rules.europe)).toEqual(['upsert', 'removal'])
  expect(told(client, rules.gardenInUs)).toEqual(['upsert', 'removal'])
  const held = new Map<string, StockEvent>()
  for (const event of [...events(client, rules.europe)].reverse()) onStockEvent(event, held)
  expect(held.get('A1')?.type).toBe('removal')
})

type Client = ReturnType<typeof fakeBusClient>

function events(client: Client, rule: object): readonly { readonly detail: StockEvent }[] {
  const matches = filterPattern(JSON.stringify(rule), { field: 'EventPattern', support: 'eventBridge' })
  return client.batches
    .flat()
    .map(({ Source: source, Detail }) => ({ source, detail: JSON.parse(Detail!) as StockEvent }))
    .filter(matches)
}

function told(client: Client, rule: object): readonly string[] {
  return events(client, rule).map(({ detail }) => detail.type)
}
