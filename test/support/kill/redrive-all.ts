import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { BatchResponse, LambdaHandler, QueueEvent } from '../../../src/index.ts'

/** Lambda's mapping on a queue, until it is empty: hands over messages and deletes those that were not reported. */
export async function redriveAll(
  client: SQSClient,
  queueUrl: string,
  handler: LambdaHandler<QueueEvent, BatchResponse>,
): Promise<number> {
  const done = new Set<string>()
  for (;;) {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 2, // what a killed process had received comes back after this
        WaitTimeSeconds: 1,
      }),
    )
    if (messages.length === 0 && (await isEmpty(client, queueUrl))) return done.size
    if (messages.length === 0) continue
    const records = messages.map(({ MessageId, Body }) => ({ messageId: MessageId!, body: Body! }))
    const { batchItemFailures } = await handler({ Records: records })
    const left = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    const finished = messages.filter(({ MessageId }) => !left.has(MessageId!))
    if (finished.length === 0) continue
    const entries = finished.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
    for (const { MessageId } of finished) done.add(MessageId!)
  }
}

/** Also of messages that another has received and not deleted. */
export async function isEmpty(client: SQSClient, queueUrl: string): Promise<boolean> {
  return (await queued(client, queueUrl)) === 0
}

/** How many messages a queue holds, received ones included. */
export async function queued(client: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes: counts = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  )
  return Number(counts['ApproximateNumberOfMessages']) + Number(counts['ApproximateNumberOfMessagesNotVisible'])
}
