import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, type IChainable } from 'aws-cdk-lib/aws-stepfunctions'
import { acknowledgePolicies } from '../security/acknowledge.ts'
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
  acknowledgePolicies(
    machine,
    'Step Functions calls any version of these functions, follows the executions of this machine, and names nothing for traces and logs.',
  )
  return machine
}
