import { Duration } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import {
  Choice,
  Condition,
  CustomState,
  Fail,
  JsonPath,
  Map as MapState,
  Pass,
  Result,
  TaskInput,
  Wait,
  WaitTime,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions'
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import type { Scope } from '../../site.ts'
import { exportPrefix, type ExportDatabase } from './database.ts'

/** A table that is exported, and compared. */
export interface ExportedPlace {
  readonly name: string
  readonly tableArn: string
}

export interface AthenaParts {
  readonly places: readonly ExportedPlace[]
  readonly reports: Bucket
  readonly database: ExportDatabase
  /** With a placeholder for the export of each place. */
  readonly sql: string
  readonly judge: IFunction
}

/** Exports every place, compares the exports by one statement, and lets a function look again at what differs. */
export function athenaSteps(scope: Scope, parts: AthenaParts): IChainable {
  const { places, judge } = parts
  const tables = places.map(({ name, tableArn }) => ({ tableArn, prefix: exportPrefix(name) }))
  const begin = new Pass(scope, 'Places', { result: Result.fromArray(tables), resultPath: '$.places' })
  const exported = new MapState(scope, 'ExportEach', {
    itemsPath: '$.places',
    resultPath: '$.exports',
  }).itemProcessor(exportOne(scope, parts))
  const judged = new LambdaInvoke(scope, 'JudgeSuspects', {
    lambdaFunction: judge,
    payload: TaskInput.fromObject({ query: JsonPath.stringAt('$.query.QueryExecution.QueryExecutionId') }),
    payloadResponseOnly: true,
  })
  return begin.next(exported).next(comparison(scope, parts)).next(judged)
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html */
function exportOne(scope: Scope, { reports }: AthenaParts): IChainable {
  const started = new CustomState(scope, 'Export', {
    stateJson: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime',
      Parameters: {
        'TableArn.$': '$.tableArn',
        'S3Prefix.$': '$.prefix',
        S3Bucket: reports.bucketName,
        ExportFormat: 'DYNAMODB_JSON',
      },
    },
  })
  const looked = new CustomState(scope, 'LookAtExport', {
    stateJson: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:describeExport',
      Parameters: { 'ExportArn.$': '$.ExportDescription.ExportArn' },
    },
  })
  const pause = new Wait(scope, 'WaitForExport', { time: WaitTime.duration(Duration.minutes(1)) })
  const status = '$.ExportDescription.ExportStatus'
  const id = JsonPath.arrayGetItem(JsonPath.stringSplit(JsonPath.stringAt('$.ExportDescription.ExportArn'), '/'), 3)
  const done = new Pass(scope, 'ExportIsThere', { parameters: { id } })
  const choice = new Choice(scope, 'IsExportThere')
    .when(Condition.stringEquals(status, 'COMPLETED'), done)
    .when(Condition.stringEquals(status, 'FAILED'), new Fail(scope, 'ExportFailed', { error: 'ExportFailed' }))
    .otherwise(pause)
  return started.next(pause).next(looked).next(choice)
}

function comparison(scope: Scope, { places, database, sql }: AthenaParts): CustomState {
  const ids = places.map((_, index) => JsonPath.stringAt(`$.exports[${index}].id`))
  return new CustomState(scope, 'Compare exports', {
    stateJson: {
      Type: 'Task',
      Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
      Parameters: {
        'QueryString.$': JsonPath.format(sql, ...ids),
        QueryExecutionContext: { Database: database.name },
        WorkGroup: database.workGroup.name,
      },
      ResultPath: '$.query',
    },
  })
}
