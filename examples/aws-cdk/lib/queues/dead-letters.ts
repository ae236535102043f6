import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Duration } from 'aws-cdk-lib'
import type { Scope, Site } from '../site.ts'
import { redriveTimeoutSeconds } from './redrive-timeout.ts'
import { lastQueue } from './secure-queue.ts'

export interface DeadLetters {
  /** Deliveries that were given up, and records that cannot be read, by the library. */
  readonly letters: Queue
  /** Lambda's pointers to records that the mapping gave up. */
  readonly failedBatches: Queue
}

export function deadLetters(scope: Scope, site: Site): DeadLetters {
  // Six times the function's time-out. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const visibilityTimeout = Duration.seconds(6 * redriveTimeoutSeconds(site))
  return {
    letters: lastQueue(scope, 'Letters', site, { visibilityTimeout }),
    failedBatches: lastQueue(scope, 'FailedBatches', site),
  }
}
