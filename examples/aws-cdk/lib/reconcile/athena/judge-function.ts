import { Stack } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { acknowledgeWildcard } from '../../security/acknowledge.ts'
import type { Scope, Site } from '../../site.ts'
import { allow } from '../../warehouse-access.ts'
import { compareFunction } from '../compare-function.ts'
import type { ReconcileParts } from '../parts.ts'
import type { ExportDatabase } from './database.ts'
import { exportedWarehouses } from './places.ts'

/** The function that looks again at what differs between exports. */
export function judgeFunction(
  scope: Scope,
  site: Site,
  parts: ReconcileParts,
  { workGroup }: ExportDatabase,
): IFunction {
  const judge = compareFunction(scope, { ...site, warehouses: exportedWarehouses(site.warehouses) }, parts, {
    id: 'Judge',
    entry: 'judge-suspects',
    description: 'Looks again at what differs between two exports, and repairs what drifted where it is told to.',
  })
  allow(
    judge,
    ['athena:GetQueryResults'],
    [Stack.of(scope).formatArn({ service: 'athena', resource: 'workgroup', resourceName: workGroup.name })],
  )
  const results = parts.reports.arnForObjects('athena/*')
  allow(judge, ['s3:GetObject'], [results])
  acknowledgeWildcard(judge.role!, results, 'The answer of a query has no name before it.')
  return judge
}
