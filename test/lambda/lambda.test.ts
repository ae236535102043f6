import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { createQueueSyncHandler } from 'dynamodb-stream-sync'
import { eventSourceMapping, type Invocation, type MappedEvent } from 'dynamodb-stream-sync/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inventorySync, inventoryTable } from '../../examples/local/sync.ts'
import { type DynamoDbServer, startDynamoDbLocal } from '../support/dynamodb-servers.ts'
import { queued, redriveAll } from '../support/kill/redrive-all.ts'
import { heldBy, loggedStore, loggedWrites, setBacks } from '../support/kill/write-log.ts'
import { type SqsServer, startSqs } from '../support/sqs-server.ts'
import { startWmsServer, type WmsOptions, type WmsServer } from '../support/wms-server.ts'
import { createInventory, type Inventory } from './inventory.ts'
import {
  bundledExample,
  type Code,
  type FunctionOptions,
  type LambdaFunction,
  startFunction,
} from './lambda-function.ts'

type Fault = NonNullable<WmsOptions['fault']>

let database: DynamoDbServer
let streams: DynamoDBStreamsClient
let sqs: SqsServer
let code: Code
let folder: string

beforeAll(async () => {
  ;[database, sqs, code] = await Promise.all([startDynamoDbLocal(), startSqs(), bundledExample()])
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  streams = new DynamoDBStreamsClient({ endpoint: database.endpoint, region: 'us-east-1', credentials })
  folder = mkdtempSync(join(tmpdir(), 'lambda-test-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  streams.destroy()
  await Promise.all([database.stop(), sqs.stop(), code.remove()])
})

describe("The example's handler, bundled, in Amazon's runtime client", () => {
  let inventory: Inventory
  let queueUrl: string
  let fn: LambdaFunction
  const servers: WmsServer[] = []
  let tests = 0
  const fileOf = (warehouse: string) => join(folder, `${warehouse}-${tests}.jsonl`)

  beforeEach(async () => {
    tests++
    inventory = await createInventory(database.client)
    queueUrl = sqs.createQueue()
  })
  afterEach(async () => {
    await fn.stop()
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await inventory.remove()
  })

  async function warehouse(name: string, fault?: Fault): Promise<string> {
    const server = await startWmsServer({ store: loggedStore(fileOf(name)), ...(fault && { fault }) })
    servers.push(server)
    return server.url
  }

  /** The function and its warehouses; `options` say what is different. */
  async function deployed(
    faults: { readonly berlin?: Fault; readonly porto?: Fault } = {},
    options: Partial<FunctionOptions> = {},
  ): Promise<Readonly<Record<'berlinUrl' | 'portoUrl', string>>> {
    const [berlinUrl, portoUrl] = await Promise.all([
      warehouse('berlin', faults.berlin),
      warehouse('porto', faults.porto),
    ])
    const environment = {
      BERLIN_URL: berlinUrl,
      PORTO_URL: portoUrl,
      QUEUE_URL: queueUrl,
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    }
    fn = await startFunction({ code, timeoutMs: 60_000, environment, ...options })
    return { berlinUrl, portoUrl }
  }

  /** Follows the stream to its end; `onEvent` sees each event before the function does. */
  async function mapped(onEvent: (event: MappedEvent) => void = () => undefined): Promise<readonly Invocation[]> {
    const invocations: Invocation[] = []
    const mapping = eventSourceMapping({
      handler: (event) => {
        onEvent(event)
        return fn.invoke(event)
      },
      stream: { client: streams, streamArn: inventory.streamArn },
      drain: true,
      batchSize: 60,
      onInvocation: (invocation) => void invocations.push(invocation),
    })
    await mapping.run()
    return invocations
  }

  /** Redrives every letter of the queue by the example's own sync; answers how many there were. */
  async function redriven(urls: Readonly<Record<'berlinUrl' | 'portoUrl', string>>): Promise<number> {
    const dynamoDb = { client: database.client }
    const queue = { client: sqs.client, url: queueUrl }
    const sync = inventorySync({ dynamoDb, queue, ...urls }, { emit: () => undefined })
    const handler = createQueueSyncHandler({ ...sync, table: inventoryTable({ dynamoDb }) })
    const parked = await queued(sqs.client, queueUrl)
    expect(await redriveAll(sqs.client, queueUrl, handler)).toBe(parked)
    return parked
  }

  async function expectConverged(): Promise<void> {
    const items = await inventory.items()
    expect(items.length).toBeGreaterThan(30)
    expect(heldBy(fileOf('berlin'))).toEqual(items)
    expect(heldBy(fileOf('porto'))).toEqual(items)
    expect(await inventory.lyonItems()).toEqual(items)
    expect([...setBacks(fileOf('berlin')), ...setBacks(fileOf('porto'))]).toEqual([])
    expect(await queued(sqs.client, queueUrl)).toBe(0)
  }

  it('P3 killed in mid-batch three times, and started again, ends with every warehouse equal to the table', async () => {
    const cuts: { readonly delivered: number; readonly items: number }[] = []
    let event: MappedEvent = { Records: [] }
    let events = 0
    let delivered = 0
    await inventory.write(240)
    await deployed({
      berlin: () => {
        delivered++
        if (events % 2 === 1 && delivered === 5 && cuts.length < 3) {
          fn.kill() // this request is carried out, and nobody is left to hear its answer
          cuts.push({ delivered, items: skusOf(event).size })
        }
        return undefined
      },
    })
    const invocations = await mapped((given) => {
      event = given
      events++
      delivered = 0
    })

    expect(cuts.length).toBe(3)
    for (const cut of cuts) expect(cut.items).toBeGreaterThan(cut.delivered + 10) // ten more at most were under way
    const failed = invocations.filter(({ outcome }) => outcome.type !== 'success')
    expect(failed.map(({ outcome }) => 'error' in outcome && String(outcome.error))).toEqual(
      Array(3).fill('FunctionError: The runtime ended: SIGKILL'),
    )
    for (const { startSequenceNumber, endSequenceNumber } of failed)
      expect(invocations).toContainEqual(
        expect.objectContaining({ startSequenceNumber, endSequenceNumber, attempt: 2, outcome: { type: 'success' } }),
      )
    expect(fn.starts()).toBe(4)
    await expectConverged()
  })

  it('P2 killed while it answers, delivers all of it again and changes nothing by that', async () => {
    let before: number | undefined
    await inventory.write(60)
    await deployed(
      {},
      {
        losesAnswer: () => {
          if (before !== undefined) return false
          before = loggedWrites(fileOf('berlin')).length
          return true
        },
      },
    )
    const invocations = await mapped()

    expect(invocations.map(({ outcome }) => outcome.type)).toEqual(['failure', 'success'])
    expect(before).toBeGreaterThan(40)
    expect(servers[0]!.requests().length).toBe(2 * before!)
    expect(loggedWrites(fileOf('berlin')).length).toBe(before)
    await expectConverged()
  })

  it('P6 answers before its time-out while a warehouse hangs; what was parked is redriven', async () => {
    await inventory.write(120)
    const hangs: Fault = (_, count) => (count <= 10 ? { answer: 'none' } : undefined)
    const urls = await deployed({ porto: hangs }, { timeoutMs: 4_000 })
    const invocations = await mapped()

    expect(invocations.map(({ outcome }) => outcome.type)).not.toContain('failure')
    expect(fn.starts()).toBe(1) // nothing had to be killed
    expect(await redriven(urls)).toBe(10)
    await expectConverged()
  })

  it('P1 parks in the queue what a warehouse does not take, from where it is redriven', async () => {
    let isDown = true
    await inventory.write(120)
    const urls = await deployed({ porto: () => (isDown ? { answer: { status: 503 } } : undefined) })
    const invocations = await mapped()
    isDown = false

    expect(invocations.map(({ outcome }) => outcome.type)).toEqual(['success', 'success'])
    expect(heldBy(fileOf('porto'))).toEqual([])
    expect(await redriven(urls)).toBeGreaterThan(40)
    await expectConverged()
  })

  it('writes its metrics to the log, in the form that CloudWatch reads', async () => {
    await inventory.write(60)
    await deployed()
    await mapped()

    const documents = fn
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    const targets = documents.map((line) => (JSON.parse(line) as { readonly Target?: string }).Target)
    expect(targets).toEqual(expect.arrayContaining(['berlin', 'lyon', 'porto']))
    await expectConverged()
  })

  it('reports an event of another source as an error with its name', async () => {
    await deployed()
    const call = fn.invoke({ Records: [{ messageId: '1', body: 'hello' }] })

    await expect(call).rejects.toMatchObject({ errorType: 'DecodeError', message: /no stream event/ })
  })

  it('fails at its start where a setting is missing, and names it', async () => {
    await deployed({}, { environment: { QUEUE_URL: queueUrl, BERLIN_URL: 'http://127.0.0.1:1' } })
    const call = fn.invoke({ Records: [] })

    await expect(call).rejects.toMatchObject({ message: 'The environment variable PORTO_URL is not set.' })
  })
})

function skusOf({ Records: records }: MappedEvent): ReadonlySet<string> {
  return new Set(records.map(({ dynamodb }) => JSON.stringify(dynamodb?.Keys)))
}
