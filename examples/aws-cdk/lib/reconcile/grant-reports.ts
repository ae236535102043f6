import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { acknowledgeWildcard } from '../security/acknowledge.ts'
import { allow } from '../warehouse-access.ts'

/**
 * Lets a function keep reports and read them, and reach nothing else of the bucket but its list: who may not list gets 403
 * instead of 404 for what is not there. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function grantReports(function_: IFunction, reports: IBucket): void {
  const folders = ['reports/*', 'parts/*', 'state/*'].map((objects) => reports.arnForObjects(objects))
  allow(function_, ['s3:GetObject', 's3:PutObject'], folders)
  allow(function_, ['s3:ListBucket'], [reports.bucketArn])
  for (const folder of folders)
    acknowledgeWildcard(
      function_.role!,
      folder,
      'A report has no name before its run: these are the folders of reports.',
    )
  reports.encryptionKey?.grantEncryptDecrypt(function_)
}
