import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, type IChainable } from 'aws-cdk-lib/aws-stepfunctions'
import { acknowledge } from '../security/acknowledge.ts'
import type { Scope, Site } from '../site.ts'

/** A state machine that runs reconcile in many steps, logged and traced. */
export function reconcileMachine(scope: Scope, { config, key }: Site, steps: IChainable): StateMachine {
  const logs = new LogGroup(scope, 'MachineLogs', {
    logGroupName: `/aws/vendedlogs/states/${config.service}-reconcile`,
    retention: config.keepLogsDays as RetentionDays, // checked with the settings
    removalPolicy: RemovalPolicy.DESTROY,
    ...(key && { encryptionKey: key }),
  })
  const machine = new StateMachine(scope, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(steps),
    timeout: Duration.hours(Math.max(2, config.reconcile.everyHours)),
    tracingEnabled: true,
    logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
  })
  acknowledge(machine.role, 'IAM5[Resource::*]', 'X-Ray and the delivery of logs by Step Functions name no resources.')
  return machine
}
