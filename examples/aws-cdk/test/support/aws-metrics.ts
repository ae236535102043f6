/** The metrics of AWS itself that alarms and widgets may read: their dimension, and where AWS documents them. */
const lambda = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html'
const sqs =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html'
const states = 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html'

interface AwsMetric {
  readonly dimension: string
  readonly statistics: readonly string[]
  readonly source: string
}

const ofFunction = (...statistics: readonly string[]): AwsMetric => ({
  dimension: 'FunctionName',
  statistics,
  source: lambda,
})
const ofMapping: AwsMetric = { dimension: 'EventSourceMappingUUID', statistics: ['Sum'], source: lambda }
const ofQueue: AwsMetric = { dimension: 'QueueName', statistics: ['Maximum'], source: sqs }
const ofMachine: AwsMetric = { dimension: 'StateMachineArn', statistics: ['Sum'], source: states }

export const awsMetrics: Readonly<Record<string, AwsMetric>> = {
  'AWS/Lambda Errors': ofFunction('Sum'),
  'AWS/Lambda Throttles': ofFunction('Sum'),
  'AWS/Lambda IteratorAge': ofFunction('Maximum'),
  'AWS/Lambda ConcurrentExecutions': ofFunction('Maximum'),
  'AWS/Lambda PolledEventCount': ofMapping,
  'AWS/Lambda InvokedEventCount': ofMapping,
  'AWS/Lambda FilteredOutEventCount': ofMapping,
  'AWS/SQS ApproximateNumberOfMessagesVisible': ofQueue,
  'AWS/SQS ApproximateAgeOfOldestMessage': ofQueue,
  'AWS/States ExecutionsFailed': ofMachine,
  'AWS/States ExecutionsTimedOut': ofMachine,
  'AWS/States ExecutionsAborted': ofMachine,
}
