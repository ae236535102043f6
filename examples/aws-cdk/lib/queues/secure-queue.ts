import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import { acknowledge } from '../security/acknowledge.ts'
import type { Scope, Site } from '../site.ts'

/** As long as SQS keeps a message. Tombstones must be kept longer than this and 24 hours; the library's default is 30 days. */
export const longestRetention = Duration.days(14)

/** A queue that keeps its messages for 14 days, encrypted, and is reached by TLS alone. It survives the stack. */
export function secureQueue(scope: Scope, id: string, { key }: Site, props: QueueProps = {}): Queue {
  return new Queue(scope, id, {
    retentionPeriod: longestRetention,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
      : { encryption: QueueEncryption.SQS_MANAGED }),
    ...props,
  })
}

/** A queue where messages end: none of its own behind it. */
export function lastQueue(scope: Scope, id: string, site: Site, props: QueueProps = {}): Queue {
  const queue = secureQueue(scope, id, site, props)
  acknowledge(
    queue,
    'SQS3',
    'This is a dead-letter queue itself: what lies here waits for a person, and an alarm calls one.',
  )
  return queue
}
