import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { nodeFunction } from '../node-function.ts'
import type { Scope, Site } from '../site.ts'
import { grantReports } from './grant-reports.ts'
import type { ReconcileParts } from './parts.ts'

/** The function that makes one report of those of all shares. */
export function mergeFunction(scope: Scope, site: Site, { reports, summaries }: ReconcileParts): IFunction {
  const merge = nodeFunction(
    scope,
    'Merge',
    {
      entry: 'merge-reports',
      description: 'Makes one report of the reports of all shares.',
      timeoutSeconds: 300,
      memoryMb: 512,
      reach: { warehouses: [] },
      environment: { REPORT_BUCKET: reports.bucketName, TOPIC_ARN: summaries.topicArn },
    },
    site,
  )
  grantReports(merge, reports)
  summaries.grantPublish(merge)
  return merge
}
