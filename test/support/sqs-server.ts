import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'

/** A real SQS server in this process, on a free port. */
export interface SqsServer {
  readonly client: SQSClient
  readonly endpoint: string
  /** Makes a queue of a new name and answers its URL. */
  readonly createQueue: (options?: { readonly fifo?: boolean; readonly maxMessageBytes?: number }) => string
  /** Receives and deletes every message that the queue holds, in the order of arrival within a group. */
  readonly drain: (queueUrl: string) => Promise<readonly Message[]>
  readonly stop: () => Promise<void>
}

export async function startSqs(): Promise<SqsServer> {
  const server = await startFauxqs({ port: 0, logger: false })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false, // the URL's host is a name that needs DNS
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  })
  let queues = 0
  return {
    client,
    endpoint,
    createQueue: ({ fifo = false, maxMessageBytes } = {}) => {
      const attributes = {
        ...(fifo ? { FifoQueue: 'true' } : {}),
        ...(maxMessageBytes === undefined ? {} : { MaximumMessageSize: String(maxMessageBytes) }),
      }
      return server.createQueue(`queue-${(queues += 1)}${fifo ? '.fifo' : ''}`, { attributes }).queueUrl
    },
    drain: (queueUrl) => drain(client, queueUrl),
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

async function drain(client: SQSClient, queueUrl: string): Promise<readonly Message[]> {
  const drained: Message[] = []
  for (;;) {
    const { Messages: messages = [] }: ReceiveMessageCommandOutput = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (messages.length === 0) return drained
    drained.push(...messages)
    const entries = messages.map(({ ReceiptHandle: handle }, index) => ({ Id: String(index), ReceiptHandle: handle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
  }
}
