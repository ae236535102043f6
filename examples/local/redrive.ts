import { setTimeout } from 'node:timers/promises'
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { BatchResponse, LambdaHandler, QueueEvent } from 'dynamodb-stream-sync'
import type { Meter } from './meter.ts'
import type { Queue } from './servers.ts'

const patienceMs = 20_000

/** Does what Lambda's mapping of a queue does: batches of 10, and what is not reported as failed is deleted. */
export async function redriveAll(
  queue: Queue,
  handler: LambdaHandler<QueueEvent, BatchResponse>,
  meter: Meter,
  signal: AbortSignal,
): Promise<void> {
  let lastDone = performance.now()
  while ((await lettersIn(queue)) > 0 && performance.now() - lastDone < patienceMs) {
    signal.throwIfAborted()
    const messages = await receive(queue, signal)
    const done = messages.length === 0 ? [] : await handled(messages, handler)
    await Promise.all(done.map((message) => settle(queue, message, meter)))
    if (done.length > 0) lastDone = performance.now()
    else await setTimeout(100) // a breaker is open: its warehouse wants a pause
  }
}

/** Letters that the queue still holds, those that somebody works on included. */
export async function lettersIn({ client, url }: Queue): Promise<number> {
  const { Attributes: attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return Object.values(attributes ?? {}).reduce((sum, count) => sum + Number(count), 0)
}

async function receive({ client, url }: Queue, signal: AbortSignal): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })
  const { Messages: messages = [] } = await client.send(command, { abortSignal: signal })
  return messages
}

async function handled(messages: readonly Message[], handler: LambdaHandler<QueueEvent, BatchResponse>) {
  const records = messages.map(({ MessageId: id = '', Body: body = '' }) => ({ messageId: id, body }))
  const { batchItemFailures } = await handler({ Records: records })
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  return messages.filter(({ MessageId: id = '' }) => !failed.has(id))
}

async function settle({ client, url }: Queue, { Body: body = '', ReceiptHandle }: Message, meter: Meter) {
  const { target } = JSON.parse(body) as { readonly target?: string }
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
  if (target === undefined) meter.poisonRedriven += 1
  else meter.of(target).redriven += 1
}
