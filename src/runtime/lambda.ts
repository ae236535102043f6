/** A Lambda function's handler, whatever framework wraps it. Without a context there is no deadline. */
export type LambdaHandler<Event, Result> = (event: Event, context?: InvocationContext) => Promise<Result>

/** The part of Lambda's context that is read. */
export interface InvocationContext {
  readonly getRemainingTimeInMillis: () => number
  readonly awsRequestId?: string
}

/** What a mapping with `ReportBatchItemFailures` reads. Mutable, as `aws-lambda` declares it. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}
