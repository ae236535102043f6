import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, type BucketProps } from 'aws-cdk-lib/aws-s3'
import type { Scope, Site } from '../site.ts'

const accessLogsDays = 90
const partsDays = 7

/** Where reports are kept, as pages and as lines. They hold keys and quantities: nobody reads them but by a role. */
export function reportBucket(scope: Scope, { config, key }: Site): Bucket {
  const safe: BucketProps = {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
  }
  const accessLogs = new Bucket(scope, 'AccessLogs', {
    ...safe,
    encryption: BucketEncryption.S3_MANAGED, // the service that writes these logs takes no other
    lifecycleRules: [{ expiration: Duration.days(accessLogsDays) }],
  })
  return new Bucket(scope, 'Reports', {
    ...safe,
    ...(key
      ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED }),
    serverAccessLogsBucket: accessLogs,
    lifecycleRules: [
      { prefix: 'reports/', expiration: Duration.days(config.keepReportsDays) },
      ...['parts/', 'exports/', 'athena/'].map((prefix) => ({ prefix, expiration: Duration.days(partsDays) })),
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  })
}
