import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { createTable, startDynamoDbLocal, type DynamoDbServer } from '../../support/dynamodb-servers.ts'
import { startFakeEventBridge, type FakeEventBridge } from '../../support/fake-event-bridge.ts'
import { copyStarter } from '../../starter/starter-copy.ts'
import { startFunction, type LambdaFunction } from '../lambda-function.ts'
import { startFakeServices, type FakeServices } from './fake-services.ts'
import { localResources, type LocalResources } from './local-resources.ts'
import { ownWarehouses, wmsKey, type OwnWarehouses } from './own-warehouses.ts'
import { functionOf, readTemplate, type Template, type TemplateFunction } from './template.ts'

/** The deployment of examples/aws-cdk, synthesised, with every part of it that can run here. */
export interface RunningDeployment {
  readonly database: DynamoDbServer
  readonly streams: DynamoDBStreamsClient
  readonly resources: LocalResources
  readonly bus: FakeEventBridge
  readonly services: FakeServices
  readonly warehouses: OwnWarehouses
  /** By `reconcile.scale`. */
  readonly templates: Readonly<Record<Scale, Template>>
  /** A function of a template in Amazon's runtime client, with the environment that the template gives it. */
  readonly start: (template: Template, bundle: string) => Promise<LambdaFunction & TemplateFunction>
  readonly stop: () => Promise<void>
}

const localhostNames = fileURLToPath(new URL('localhost-names.cjs', import.meta.url)) // queues have such names

type Scale = 'function' | 'map' | 'athena'

/** The warehouse that is a table: its ARN stands in warehouses.ts. */
export const ledgerTable = 'stock-ledger'

export async function runDeployment(): Promise<RunningDeployment> {
  const [database, bus, services, warehouses] = await Promise.all([
    startDynamoDbLocal(),
    startFakeEventBridge({ buses: ['inventory-stock'] }),
    startFakeServices(),
    ownWarehouses(),
  ])
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const streams = new DynamoDBStreamsClient({ endpoint: database.endpoint, region: 'eu-central-1', credentials })
  for (const name of ['berlin', 'austin']) services.secrets.set(`inventory/${name}`, wmsKey)
  services.secrets.set('inventory/lyon', JSON.stringify({ username: 'postgres', password: 'unasked' }))
  await createTable(database.client, ledgerTable, { sku: 'S' })

  const copy = await copyStarter()
  const templates = await synthesised(copy, warehouses)
  const resources = await localResources(database)
  for (const template of Object.values(templates)) await resources.add(template)
  const running: LambdaFunction[] = []
  const endpoints = endpointsOf(database, resources, bus, services)
  return {
    ...{ database, streams, resources, bus, services, warehouses, templates },
    start: async (template, bundle) => {
      const function_ = functionOf(template, bundle)
      const started = await startFunction({
        code: { folder: function_.folder, remove: () => Promise.resolve() },
        timeoutMs: function_.timeoutMs,
        environment: {
          ...environmentOf(function_, resources),
          ...endpoints,
          NODE_OPTIONS: `${String(function_.environment['NODE_OPTIONS'])} --require ${localhostNames}`,
          NODE_PATH: join(copy.folder, 'node_modules'), // of the SDK, which is beside the runtime
        },
      })
      running.push(started)
      return { ...started, ...function_ }
    },
    stop: async () => {
      await Promise.all(running.map((one) => one.stop()))
      streams.destroy()
      await Promise.all([database.stop(), bus.stop(), services.stop(), warehouses.stop(), resources.stop()])
      await rm(outside(copy), { recursive: true, force: true })
      await copy.remove()
    },
  }
}

type Copy = Awaited<ReturnType<typeof copyStarter>>

/** What a copier changes, and no more: where the warehouses are, and that drift is repaired. */
function synthesised(
  copy: Copy,
  { berlin, austin, lyon, lyonPort }: OwnWarehouses,
): Promise<RunningDeployment['templates']> {
  const atHome = (text: string) =>
    text
      .replaceAll('https://berlin.example', berlin.url)
      .replaceAll('https://austin.example', austin.url)
      .replace("host: 'lyon-db.example'", `host: '127.0.0.1',\n    port: ${lyonPort},\n    database: 'postgres'`)
  const repairing = (text: string) => text.replace("mode: 'plan'", "mode: 'apply'")
  return copy.edited('warehouses.ts', atHome, () =>
    copy.edited('config.ts', repairing, async () => {
      const migration = await succeeded(copy.run('npx', 'tsx', 'bin/migration.ts'))
      await lyon.pool().query(migration)
      await writeFile(join(copy.folder, 'bin/every-scale.ts'), everyScale)
      await succeeded(copy.run('npx', 'tsx', 'bin/every-scale.ts', outside(copy)))
      const at = (scale: Scale) => readTemplate(join(outside(copy), scale))
      return { function: at('function'), map: at('map'), athena: at('athena') }
    }),
  )
}

/** Code on Lambda has no package.json above it. */
function outside({ folder }: Copy): string {
  return `${folder}-functions`
}

async function succeeded(running: ReturnType<Copy['run']>): Promise<string> {
  const { code, output } = await running
  if (code !== 0) throw new Error(output)
  return output
}

/** The deployment at each scale, by one process, which bundles a function once. */
const everyScale = `
import { config } from '../config.ts'
import { inventorySync } from '../lib/inventory-sync.ts'
import { newApp } from '../lib/new-app.ts'
import { warehouses } from '../warehouses.ts'

for (const scale of ['function', 'map', 'athena'] as const) {
  const app = newApp({ bundled: true, outdir: process.argv[2] + '/' + scale })
  inventorySync(app, { ...config, reconcile: { ...config.reconcile, scale, partitions: 3 } }, warehouses)
  app.synth()
}
`

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointsOf(
  database: DynamoDbServer,
  resources: LocalResources,
  bus: FakeEventBridge,
  services: FakeServices,
) {
  const ofFakes = ['SECRETS_MANAGER', 'CLOUDWATCH', 'LAMBDA', 'ATHENA'].map((name) => [name, services.endpoint])
  const ofServers = [
    ['DYNAMODB', database.endpoint],
    ...['SQS', 'SNS', 'S3'].map((name) => [name, resources.endpoint]),
    ['EVENTBRIDGE', bus.endpoint],
  ]
  const named = [...ofServers, ...ofFakes].map(([name, endpoint]) => [`AWS_ENDPOINT_URL_${name}`, endpoint])
  return { ...Object.fromEntries(named), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as Readonly<
    Record<string, string>
  >
}

const filesOfLambda = new Set(['AWS_LAMBDA_EXEC_WRAPPER', 'NODE_EXTRA_CA_CERTS'])

/** What the template says, but for two files that only Lambda has. */
function environmentOf({ environment }: TemplateFunction, { ref }: LocalResources): Readonly<Record<string, string>> {
  const own = Object.entries(environment).filter(([name]) => !filesOfLambda.has(name))
  const values = [...own, ['_HANDLER', 'index.handler'], ['AWS_REGION', 'eu-central-1']] as const
  return Object.fromEntries(
    values.map(([name, value]) => [
      name,
      typeof value === 'string' ? value : ref((value as { readonly Ref: string }).Ref),
    ]),
  )
}
