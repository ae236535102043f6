/** A DynamoDB Streams record as Lambda hands it over; images are DynamoDB JSON. `aws-lambda`'s `DynamoDBRecord` fits. */
export interface StreamRecord {
  readonly eventID?: string | undefined
  readonly eventName?: string | undefined
  readonly eventSourceARN?: string | undefined
  readonly userIdentity?: unknown
  readonly dynamodb?:
    | {
        readonly Keys?: object | undefined
        readonly NewImage?: object | undefined
        readonly OldImage?: object | undefined
        readonly SequenceNumber?: string | undefined
        /** Seconds since 1970. DynamoDB Streams rounds it down to whole seconds. */
        readonly ApproximateCreationDateTime?: number | undefined
        readonly StreamViewType?: string | undefined
      }
    | undefined
}

/** What a Lambda mapping hands over, or, as a plain list, EventBridge Pipes. */
export type StreamEvent = { readonly Records: readonly StreamRecord[] } | readonly StreamRecord[]
