import { CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { EventSourceMapping, type CfnEventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { nodeFunction } from '../node-function.ts'
import type { Scope, Site } from '../site.ts'
import type { InventoryTable } from '../table.ts'
import { allow, grantWarehouses, warehouseEnvironment } from '../warehouse-access.ts'
import type { DeadLetters } from './dead-letters.ts'
import { redriveBatchSize, redriveTimeoutSeconds } from './redrive-timeout.ts'

export interface RedriveParts {
  readonly source: InventoryTable
  readonly dead: DeadLetters
  readonly bus: IEventBus
}

/**
 * The function that applies dead letters again. Off until the parameter `RedriveEnabled` says otherwise: letters wait for a
 * person who knows why they are there.
 */
export function redriveFunction(scope: Scope, site: Site, { source, dead, bus }: RedriveParts): IFunction {
  const { config, warehouses } = site
  const reached = { warehouses, bus }
  const redrive = nodeFunction(
    scope,
    'Redrive',
    {
      entry: 'redrive',
      description: 'Applies dead letters again: what the table holds now, which never overwrites anything newer.',
      timeoutSeconds: redriveTimeoutSeconds(site),
      memoryMb: config.sync.memoryMb,
      reach: { warehouses },
      environment: {
        TABLE_NAME: source.table.tableName,
        DLQ_URL: dead.letters.queueUrl,
        ...warehouseEnvironment(reached),
      },
    },
    site,
  )
  grantWarehouses(scope, redrive, reached)
  allow(redrive, ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [source.table.tableArn])
  dead.letters.grantConsumeMessages(redrive)
  redriveMapping(scope, redrive, dead)
  return redrive
}

function redriveMapping(scope: Scope, redrive: IFunction, dead: DeadLetters): void {
  const mapping = new EventSourceMapping(scope, 'Letters', {
    target: redrive,
    eventSourceArn: dead.letters.queueArn,
    batchSize: redriveBatchSize,
    reportBatchItemFailures: true,
    maxConcurrency: 2, // the least that Lambda takes: a warehouse that just came back is not to be run over
  })
  const parameter = new CfnParameter(scope, 'RedriveEnabled', {
    description: 'Whether dead letters are applied again. See runbooks/dead-letters.md.',
    allowedValues: ['true', 'false'],
    default: 'false',
  })
  parameter.overrideLogicalId('RedriveEnabled')
  const isOn = new CfnCondition(scope, 'RedriveIsOn', {
    expression: Fn.conditionEquals(parameter.valueAsString, 'true'),
  })
  const { defaultChild } = mapping.node
  ;(defaultChild as CfnEventSourceMapping).enabled = Fn.conditionIf(isOn.logicalId, true, false)
}
