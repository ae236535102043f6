import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import {
  DistributedMap,
  JsonPath,
  Pass,
  Result,
  StateMachineType,
  TaskInput,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions'
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import type { Scope, Site } from '../site.ts'

/** Shares that are compared at once: each reads the whole of every warehouse that cannot be read in parts. */
const sharesAtOnce = 8

/** Every share of the keys by a function of its own, and then their reports as one. */
export function shareMap(scope: Scope, { config }: Site, compare: IFunction, merge: IFunction): IChainable {
  const count = config.reconcile.partitions
  const shares = Array.from({ length: count }, (_, index) => ({ index, count }))
  const run = JsonPath.executionName
  const each = new DistributedMap(scope, 'EachShare', {
    itemsPath: '$.shares',
    itemSelector: { run, partition: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrency: sharesAtOnce,
    mapExecutionType: StateMachineType.STANDARD,
    resultPath: JsonPath.DISCARD,
  })
  each.itemProcessor(new LambdaInvoke(scope, 'CompareShare', { lambdaFunction: compare, payloadResponseOnly: true }))
  const merged = new LambdaInvoke(scope, 'MergeReports', {
    lambdaFunction: merge,
    payload: TaskInput.fromObject({ run, count }),
    payloadResponseOnly: true,
  })
  return new Pass(scope, 'Shares', { result: Result.fromArray(shares), resultPath: '$.shares' }).next(each).next(merged)
}
