import { Duration } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Schedule, ScheduleExpression, ScheduleTargetInput, type IScheduleTarget } from 'aws-cdk-lib/aws-scheduler'
import {
  LambdaInvoke,
  StepFunctionsStartExecution,
  type ScheduleTargetBaseProps,
} from 'aws-cdk-lib/aws-scheduler-targets'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { InventoryBus } from '../bus/inventory-bus.ts'
import { acknowledgeWildcard } from '../security/acknowledge.ts'
import type { Scope, Site } from '../site.ts'
import { allow } from '../warehouse-access.ts'

export type Runner = { readonly function: IFunction } | { readonly machine: IStateMachine }

/** Starts a run every so many hours. A start that fails is tried again for an hour, and then seen in the queue. */
export function reconcileSchedule(
  scope: Scope,
  { config, key }: Site,
  runner: Runner,
  { undelivered }: InventoryBus,
  id = 'Schedule',
): Schedule {
  const { everyHours } = config.reconcile
  return new Schedule(scope, id, {
    description: `Reconciles the warehouses of ${config.service} with its table.`,
    schedule: ScheduleExpression.rate(Duration.hours(everyHours)),
    target: targetOf(runner, { deadLetterQueue: undelivered, role: startingRole(scope, key, runner, id) }),
    ...(key && { key }),
  })
}

function targetOf(runner: Runner, props: Pick<ScheduleTargetBaseProps, 'deadLetterQueue' | 'role'>): IScheduleTarget {
  const tried = {
    ...props,
    retryAttempts: 3,
    maxEventAge: Duration.hours(1),
    input: ScheduleTargetInput.fromObject({}),
  }
  return 'machine' in runner
    ? new StepFunctionsStartExecution(runner.machine, tried)
    : new LambdaInvoke(runner.function, tried)
}

function startingRole(scope: Scope, key: Site['key'], runner: Runner, id: string): Role {
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') })
  if (key) allow(role, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]) // what cannot be started goes to a queue
  if ('function' in runner)
    acknowledgeWildcard(
      role,
      `${runner.function.functionArn}:*`,
      'Scheduler may call any version of this one function.',
    )
  return role
}
