import { GetObjectCommand } from '@aws-sdk/client-s3'
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import type { BatchResponse, LambdaHandler, QueueEvent } from 'dynamodb-stream-sync'
import { eventSourceMapping, type OnFailurePointer } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudWatch } from '../../examples/aws-cdk/test/support/cloud-watch.ts'
import { alarmsIn, widgetMetricsIn } from '../../examples/aws-cdk/test/support/watched-template.ts'
import { queued } from '../support/kill/redrive-all.ts'
import { withoutPostgres } from '../support/postgres-server.ts'
import { drainQueue } from '../support/queue-drain.ts'
import { athenaQuery } from './deployment/athena-query.ts'
import { ledgerTable, runDeployment, type RunningDeployment } from './deployment/deployment.ts'
import { itemsOf, rawItemsOf, sorted, writeUpdate, type Stock } from './deployment/stock-updates.ts'
import { mappingOf, streamSettings } from './deployment/template.ts'

type Started = Awaited<ReturnType<RunningDeployment['start']>>

interface Kept {
  readonly sourceRows: number
  readonly warehouses: Readonly<Record<string, object>>
}

interface Judged {
  readonly report: string
  readonly verdict: string
}

describe.skipIf(withoutPostgres())(
  'The deployment of examples/aws-cdk, synthesised, on local servers',
  { timeout: 900_000 },
  () => {
    let deployment: RunningDeployment
    let sync: Started
    let compare: Started
    let table: string
    let letters: string
    const pointers: OnFailurePointer[] = []
    let written = 0

    beforeAll(async () => {
      deployment = await runDeployment()
      const { templates, resources, start } = deployment
      sync = await start(templates.function, 'sync')
      compare = await start(templates.function, 'reconcile')
      table = resources.ref((compare.environment['TABLE_NAME'] as { readonly Ref: string }).Ref)
      letters = resources.ref((sync.environment['DLQ_URL'] as { readonly Ref: string }).Ref)
    }, 1_200_000)
    afterAll(() => (deployment as RunningDeployment | undefined)?.stop())

    async function write(count: number): Promise<void> {
      for (const end = written + count; written < end; written++)
        await writeUpdate(deployment.database.client, table, written)
    }

    /** Follows the stream to its end, by the mapping that the template holds. */
    async function mapped(): Promise<number> {
      let invocations = 0
      const settings = streamSettings(mappingOf(deployment.templates.function, sync.id))
      await eventSourceMapping({
        ...settings,
        stream: { client: deployment.streams, streamArn: deployment.resources.streamArn() },
        startingPosition: 'TRIM_HORIZON',
        drain: true,
        handler: (event) => sync.invoke(event),
        timeoutMs: 900_000, // one environment serves all lanes, one by one, and holds each to the function's own
        onInvocation: () => {
          invocations++
        },
        onFailure: (pointer) => void pointers.push(pointer),
      }).run()
      return invocations
    }

    /** Empties a queue into the function that its mapping calls. */
    async function emptied(function_: Started, queueUrl: string): Promise<number> {
      const { BatchSize, FunctionResponseTypes } = mappingOf(deployment.templates.function, function_.id)
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
      const handler = ((event: QueueEvent) => function_.invoke(event)) as LambdaHandler<QueueEvent, BatchResponse>
      const { done, failed } = await drainQueue(deployment.resources.sqs, queueUrl, handler, {
        batchSize: Number(BatchSize),
      })
      expect(failed).toBe(0)
      return done
    }

    const active = async () =>
      (await itemsOf(deployment.database.client, table)).filter(({ state }) => state === 'active')
    const inEurope = ({ region }: Stock) => region === 'eu'

    async function expectConverged(): Promise<void> {
      const { warehouses, database } = deployment
      const items = await active()
      const stocked = (texts: readonly { readonly text: string }[]) =>
        sorted(texts.map(({ text }) => JSON.parse(text) as unknown))
      expect(items.length).toBeGreaterThan(200)
      expect(stocked(warehouses.berlin.items())).toEqual(items.filter(inEurope))
      expect(stocked(warehouses.austin.items())).toEqual(items.filter(({ region }) => region === 'us'))
      expect(await lyonItems()).toEqual(items.filter(inEurope))
      expect(await itemsOf(database.client, ledgerTable)).toEqual(items)
      expect(partnersItems()).toEqual(
        items.filter((item) => inEurope(item) && ['garden', 'tools'].includes(item.category)),
      )
      expect(warehouses.forged()).toBe(0)
    }

    async function lyonItems(): Promise<readonly Stock[]> {
      const { rows } = await deployment.warehouses.lyon
        .pool()
        .query<Stock>('SELECT sku, region, category, state, quantity::int AS quantity FROM stock WHERE NOT _removed')
      return sorted(rows)
    }

    /** What partners hold who compare versions, of the events that the template's rule takes. */
    function partnersItems(): readonly Stock[] {
      const { resources, of } = deployment.templates.function
      const [rule] = of('AWS::Events::Rule').filter((id) => id.includes('gardenpartners'))
      const newest = new Map<string, { readonly version: string; readonly item?: unknown }>()
      for (const { detail } of deployment.bus.matching(resources[rule!]!.Properties['EventPattern'] as object)) {
        const { key, version, item } = detail as {
          readonly key: string
          readonly version: string
          readonly item?: unknown
        }
        if ((newest.get(key)?.version ?? '') < version) newest.set(key, { version, item })
      }
      return sorted([...newest.values()].flatMap(({ item }) => (item === undefined ? [] : [item])))
    }

    /** Runs reconcile as the schedule does. */
    async function reconciled(): Promise<Judged> {
      const { resources, of } = deployment.templates.function
      const [schedule] = of('AWS::Scheduler::Schedule')
      const { Target } = resources[schedule!]!.Properties as {
        readonly Target: { readonly Arn: object; readonly Input: string }
      }
      expect(Target.Arn).toEqual({ 'Fn::GetAtt': [compare.id, 'Arn'] })
      return (await compare.invoke(JSON.parse(Target.Input))) as Judged
    }

    it('takes 1,000 updates through an outage, parks what a warehouse did not take, redrives it, and converges', async () => {
      const { templates, resources, start, warehouses } = deployment
      const [drain, redrive] = await Promise.all([
        start(templates.function, 'drain-austin'),
        start(templates.function, 'redrive'),
      ])
      const austinQueue = resources.ref((sync.environment['QUEUE_URL_AUSTIN'] as { readonly Ref: string }).Ref)

      await write(400)
      expect(await mapped()).toBeGreaterThanOrEqual(30)
      warehouses.outage = true
      await write(300)
      await mapped()
      expect(sorted(warehouses.berlin.items())).not.toEqual([])
      warehouses.outage = false
      await write(300)
      await mapped()
      expect(pointers).toEqual([])

      expect(await emptied(drain, austinQueue)).toBeGreaterThan(200)
      expect(mappingOf(templates.function, redrive.id)['Enabled']).toMatchObject({
        'Fn::If': [expect.any(String), true, false],
      })
      expect(await emptied(redrive, letters)).toBeGreaterThan(50)
      await expectConverged()
      expect(
        deployment.services.askedSecrets().filter((name) => name === 'inventory/berlin').length,
      ).toBeLessThanOrEqual(2) // sync, redrive
    })

    it('reconciles on schedule: finds them equal, repairs what drifted, and tells so in S3 and by SNS', async () => {
      const { database, resources, warehouses, templates } = deployment
      const [topic] = templates.function.of('AWS::SNS::Topic').filter((id) => id.includes('Summaries'))
      const told = await resources.subscribed(topic!)
      expect(await reconciled()).toMatchObject({ verdict: 'equal' })

      const [lost, changed] = (await active()).filter(inEurope)
      await warehouses.lyon.pool().query('DELETE FROM stock WHERE sku = $1', [lost!.sku])
      await database.client.send(new DeleteItemCommand({ TableName: ledgerTable, Key: { sku: { S: changed!.sku } } }))
      const { report, verdict } = await reconciled()
      expect(verdict).toBe('drift')
      await expectConverged()
      const { warehouses: judged } = JSON.parse(await kept(`${report}.json`)) as Kept
      expect(judged).toMatchObject({ lyon: { missing: 1 }, ledger: { missing: 1 }, berlin: { missing: 0 } })
      expect((await kept(`${report}.jsonl`)).trim().split('\n').length).toBe(2)
      expect(await kept(`${report}.html`)).toContain('<html')
      expect(await reconciled()).toMatchObject({ verdict: 'equal' })
      expect(await queued(resources.sqs, told)).toBe(3)
    })

    it('reconciles in shares, whose reports are merged to one', async () => {
      const { templates, start } = deployment
      const [part, merge] = [await start(templates.map, 'reconcile-part'), await start(templates.map, 'merge-reports')]
      const partitions = Array.from({ length: 3 }, (_, index) => ({ index, count: 3 }))
      for (const partition of partitions)
        expect(await part.invoke({ run: 'run-1', partition })).toEqual({ index: partition.index, verdict: 'equal' })
      const { report, verdict } = (await merge.invoke({ run: 'run-1', count: 3 })) as Judged
      expect(verdict).toBe('equal')
      const { sourceRows, warehouses } = JSON.parse(await kept(`${report}.json`)) as Kept
      expect(sourceRows).toBeGreaterThan(200)
      expect(warehouses).toMatchObject({ ledger: { equal: (await active()).length, complete: true } })
    })

    it('judges what two exports say, repairs what drifted, and leaves alone what only the exports had', async () => {
      const { templates, start, services, database } = deployment
      const judge = await start(templates.athena, 'judge-suspects')
      const before = await rawItemsOf(database.client, ledgerTable)
      const [lost] = await active()
      await database.client.send(new DeleteItemCommand({ TableName: ledgerTable, Key: { sku: { S: lost!.sku } } }))
      const exported = (await rawItemsOf(database.client, ledgerTable)).slice(1) // one was not there yet
      const exports = { stock_inventory_table: await rawItemsOf(database.client, table), stock_ledger: exported }
      services.queryResults.set('query-1', await athenaQuery(templates.athena, exports))

      const { report, verdict } = (await judge.invoke({ query: 'query-1' })) as Judged
      expect(verdict).toBe('drift')
      const { warehouses } = JSON.parse(await kept(`${report}.json`)) as Kept
      expect(warehouses).toMatchObject({ ledger: { missing: 1, expected: (await active()).length, complete: true } })
      expect((await rawItemsOf(database.client, ledgerTable)).length).toBe(before.length)
      await expectConverged()
    })

    it('prints every metric of the library that an alarm or a widget reads', () => {
      const printed = cloudWatch()
      for (const one of [sync, compare]) for (const line of one.log().split('\n')) printed.putLine(line)
      const { resources } = deployment.templates.function
      const template = { Resources: resources } as Parameters<typeof alarmsIn>[0]
      const read = [...alarmsIn(template).flatMap(({ asked }) => asked), ...widgetMetricsIn(template)]
      const ofTroubles = ['VersionConflicts', 'VersionRegressed', 'ReconcileUnknown'] // that these days had none of
      const ofLibrary = read.filter(({ namespace, name }) => namespace === 'StreamSync' && !ofTroubles.includes(name))
      expect(ofLibrary.length).toBeGreaterThan(20)
      const missing = ofLibrary.filter((metric) => !printed.has(metric))
      expect(missing.map(({ name, dimensions }) => [name, dimensions])).toEqual([])
    })

    async function kept(key: string): Promise<string> {
      const { resources, templates } = deployment
      const [bucket] = templates.function.of('AWS::S3::Bucket').filter((id) => id.startsWith('ReconcileReports'))
      const { Body: body } = await resources.s3.send(new GetObjectCommand({ Bucket: resources.ref(bucket!), Key: key }))
      return body!.transformToString()
    }
  },
)
