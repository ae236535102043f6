import { Stack, Tags, type App } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { inventoryBus } from './bus/inventory-bus.ts'
import { checkSettings } from './config/check.ts'
import type { Deployment, Warehouse } from './config/types.ts'
import { outputs } from './outputs.ts'
import { deadLetters } from './queues/dead-letters.ts'
import { hasQueue } from './queues/has-queue.ts'
import { redriveFunction } from './queues/redrive-function.ts'
import { warehouseQueue } from './queues/warehouse-queue.ts'
import { reconcile } from './reconcile/reconcile.ts'
import { encryptionKey } from './security/key.ts'
import { syncFunction } from './sync/sync-function.ts'
import { inventoryTable } from './table.ts'
import { alarms } from './watch/alarms.ts'
import { dashboard } from './watch/dashboard.ts'
import { alarmTopic } from './watch/topics.ts'

/**
 * The whole deployment: one stack.
 * @throws SettingsError that names the line of every setting that cannot work.
 */
export function inventorySync(
  app: App,
  config: Deployment,
  warehouses: readonly Warehouse[],
  env?: 'any account',
): Stack {
  checkSettings(config, warehouses)
  const { account, region, service } = config
  const stack = new Stack(app, 'InventorySync', {
    stackName: `${service}-sync`,
    description: `Keeps every warehouse of ${service} equal to its DynamoDB table.`,
    ...(env === undefined && { env: { account: account!, region: region! } }), // both were checked
  })
  Tags.of(stack).add('service', service)
  build(stack, config, warehouses)
  return stack
}

function build(stack: Stack, config: Deployment, warehouses: readonly Warehouse[]): void {
  const room = (name: string) => new Construct(stack, name)
  const site = { config, warehouses, key: encryptionKey(room('Security'), config) }
  const source = inventoryTable(room('Inventory'), site)
  const dead = deadLetters(room('Dead'), site)
  const bus = inventoryBus(room('Partners'), site)
  const queueParts = { source, dead, bus: bus.bus }
  const queues = new Map(
    warehouses
      .filter(hasQueue)
      .map((one) => [one.name, warehouseQueue(room(`Queue-${one.name}`), site, one, queueParts)]),
  )
  const ownQueues = new Map([...queues].map(([name, { queue }]) => [name, queue]))
  const synced = syncFunction(room('Stream'), site, { ...queueParts, queues: ownQueues })
  const redrive = redriveFunction(room('Redrive'), site, queueParts)
  const { functions, machine, reports } = reconcile(room('Reconcile'), site, { source, dead, bus, synced })
  const drains = [...queues.values()].map(({ drain }) => drain)
  const watched = {
    ...synced,
    functions: [synced.sync, redrive, ...drains, ...Object.values(functions)],
    dead,
    undelivered: bus.undelivered,
    queues,
    machine,
  }
  const watch = room('Watch')
  dashboard(watch, site, watched, alarms(watch, config, watched, alarmTopic(watch, site)))
  outputs(stack, {
    TableName: source.table.tableName,
    StreamArn: source.streamArn,
    SyncFunction: synced.sync.functionName,
    RedriveFunction: redrive.functionName,
    CompareFunction: functions['compare']?.functionName,
    ReconcileMachine: machine?.stateMachineArn,
    LettersUrl: dead.letters.queueUrl,
    FailedBatchesUrl: dead.failedBatches.queueUrl,
    UndeliveredUrl: bus.undelivered.queueUrl,
    BusArn: bus.bus.eventBusArn,
    ArchiveArn: bus.archive.archiveArn,
    ReportBucket: reports?.bucketName,
  })
}
