import { S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { createTable, type DynamoDbServer } from '../../support/dynamodb-servers.ts'
import type { Resource, Template } from './template.ts'

const region = 'eu-central-1'

/** The template's tables, queues, topics and buckets, made on local servers. */
export interface LocalResources {
  readonly sqs: SQSClient
  readonly s3: S3Client
  readonly endpoint: string
  /** What `Ref` of a resource stands for. */
  readonly ref: (id: string) => string
  /** The inventory table's stream. */
  readonly streamArn: () => string
  /** A queue that gets what a topic is told. */
  readonly subscribed: (topicId: string) => Promise<string>
  readonly add: (template: Template) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function localResources(database: DynamoDbServer): Promise<LocalResources> {
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: region })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false }) // the URL's host is a name that needs DNS
  const s3 = new S3Client({ ...client, forcePathStyle: true })
  const refs = new Map<string, string>()
  let stream: string | undefined

  const tableOf = async (id: string, { KeySchema: schema, StreamSpecification: view }: Resource['Properties']) => {
    const keys = (schema as readonly { readonly AttributeName: string }[]).map(({ AttributeName: name }) => [name, 'S'])
    const viewType = (view as { readonly StreamViewType?: 'NEW_AND_OLD_IMAGES' } | undefined)?.StreamViewType
    const { streamArn } = await createTable(
      database.client,
      id,
      Object.fromEntries(keys) as { readonly [name: string]: 'S' },
      viewType,
    )
    stream ??= streamArn
    return id
  }
  const makers: Readonly<Record<string, (id: string, properties: Resource['Properties']) => string | Promise<string>>> =
    {
      'AWS::DynamoDB::GlobalTable': tableOf,
      'AWS::SQS::Queue': (id, { FifoQueue: fifo }) =>
        fifo === true ? queueOf(sqs, `${id}.fifo`, { FifoQueue: 'true' }) : queueOf(sqs, id),
      'AWS::SNS::Topic': (id) => server.createTopic(id, { region }).topicArn,
      'AWS::S3::Bucket': (id) => server.createBucket(id.toLowerCase()).bucketName,
      'AWS::Events::EventBus': (_, { Name: name }) => String(name),
      'AWS::Lambda::Function': (id) => id,
      'AWS::Lambda::EventSourceMapping': (id) => id,
    }

  return {
    sqs,
    s3,
    endpoint,
    ref: (id) => {
      const made = refs.get(id)
      if (made === undefined) throw new Error(`There is no ${id}.`)
      return made
    },
    streamArn: () => stream!,
    subscribed: async (topicId) => {
      const queue = `${topicId}-subscriber`
      const url = await queueOf(sqs, queue)
      server.subscribe({ topic: topicId, queue, region })
      return url
    },
    add: async ({ resources }) => {
      for (const [id, { Type: type, Properties: properties }] of Object.entries(resources)) {
        const made = refs.has(id) ? undefined : await makers[type]?.(id, properties)
        if (made !== undefined) refs.set(id, made)
      }
    },
    stop: async () => {
      sqs.destroy()
      s3.destroy()
      await server.stop()
    },
  }
}

async function queueOf(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  return url!
}
