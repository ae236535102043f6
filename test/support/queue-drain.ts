import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { BatchResponse, LambdaHandler, QueueEvent } from 'dynamodb-stream-sync'

/** What happens to a batch before the function sees it. */
export type Arrange = (records: QueueEvent['Records']) => QueueEvent['Records']

export interface DrainOptions {
  readonly arrange?: Arrange | undefined
  /** Default 10. */
  readonly batchSize?: number | undefined
}

/**
 * Lambda's mapping on a queue: hands over what the queue gives, deletes what was not reported and gives the rest back,
 * until the queue gives nothing or a batch failed whole.
 */
export async function drainQueue(
  client: SQSClient,
  queueUrl: string,
  handler: LambdaHandler<QueueEvent, BatchResponse>,
  { arrange = (records) => records, batchSize = 10 }: DrainOptions = {},
): Promise<{ readonly done: number; readonly failed: number }> {
  let [done, failed] = [0, 0]
  for (;;) {
    const messages = await receive(client, queueUrl, batchSize)
    if (messages.length === 0) return { done, failed }
    const { batchItemFailures } = await handler({ Records: arrange(messages.map(asRecord)) })
    const left = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    const [back, finished] = [messages.filter(isIn(left)), messages.filter((message) => !isIn(left)(message))]
    done += finished.length
    failed += back.length
    const QueueUrl = queueUrl
    if (finished.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles(finished) }))
    if (back.length === 0) continue
    const Entries = handles(back).map((entry) => ({ ...entry, VisibilityTimeout: 0 }))
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    if (finished.length === 0) return { done, failed }
  }
}

async function receive(client: SQSClient, queueUrl: string, most: number): Promise<readonly Message[]> {
  const { Messages: messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 60,
    }),
  )
  return messages
}

function asRecord({ MessageId, Body, Attributes }: Message): QueueEvent['Records'][number] {
  return { messageId: MessageId!, body: Body!, attributes: { MessageGroupId: Attributes?.MessageGroupId } }
}

function isIn(ids: ReadonlySet<string>): (message: Message) => boolean {
  return ({ MessageId }) => ids.has(MessageId!)
}

function handles(messages: readonly Message[]) {
  return messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
}
