import { Duration } from 'aws-cdk-lib'
import { Archive, EventBus, Match, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { EventBridgeWarehouse } from '../config/types.ts'
import { lastQueue, secureQueue } from '../queues/secure-queue.ts'
import type { Scope, Site } from '../site.ts'
import { groupSource } from './group-source.ts'

export interface InventoryBus {
  readonly bus: EventBus
  readonly archive: Archive
  /** Events that no target took. */
  readonly undelivered: Queue
}

/** The bus for groups of partners, with an archive, and a rule and a queue for each group. */
export function inventoryBus(scope: Scope, site: Site): InventoryBus {
  const { config, key } = site
  const undelivered = lastQueue(scope, 'Undelivered', site)
  const bus = new EventBus(scope, 'Bus', {
    eventBusName: `${config.service}-stock`,
    description: 'Stock changes for groups of partners.',
    deadLetterQueue: undelivered,
    ...(key && { kmsKey: key }),
  })
  undelivered.addToResourcePolicy(sentBy(bus, undelivered))
  const archive = new Archive(scope, 'Archive', {
    sourceEventBus: bus,
    description: 'What can be replayed to a partner who lost it.',
    eventPattern: { source: Match.prefix(groupSource('')) },
    retention: Duration.days(config.keepEventsDays),
    ...(key && { kmsKey: key }),
  })
  for (const warehouse of site.warehouses)
    if (warehouse.kind === 'event-bridge') groupRule(scope, site, { bus, undelivered, warehouse })
  return { bus, archive, undelivered }
}

/** Rules are let in by CDK, a bus is not. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function sentBy(bus: EventBus, { queueArn }: Queue): PolicyStatement {
  return new PolicyStatement({
    sid: 'AllowBus',
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': bus.eventBusArn } },
  })
}

interface GroupParts extends Omit<InventoryBus, 'archive'> {
  readonly warehouse: EventBridgeWarehouse
}

function groupRule(scope: Scope, site: Site, { bus, undelivered, warehouse }: GroupParts): void {
  const { name } = warehouse
  const queue = secureQueue(scope, `${name}-queue`, site, {
    deadLetterQueue: { queue: undelivered, maxReceiveCount: 100 },
  })
  new Rule(scope, `${name}-rule`, {
    eventBus: bus,
    description: `Stock changes for ${name}.`,
    eventPattern: groupPattern(warehouse),
    targets: [
      new SqsQueue(queue, { deadLetterQueue: undelivered, retryAttempts: 185, maxEventAge: Duration.hours(24) }),
    ],
  })
}

function groupPattern({ name }: EventBridgeWarehouse) {
  return { source: [groupSource(name)] }
}
