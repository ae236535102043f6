/**
 * Public prices of US East (N. Virginia) in US dollars, without free tiers and discounts, as the pages said in October 2026.
 * Other regions cost a few percent more.
 */
export const prices = {
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  tableWrites: 0.625 / 1e6, // of up to 1 KB
  tableReads: 0.125 / 1e6, // of up to 4 KB, strongly consistent
  tableGigabytes: 0.25,
  pitrGigabytes: 0.2,
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  invocations: 0.2 / 1e6,
  gigabyteSeconds: 0.0000133334,
  /** https://aws.amazon.com/sqs/pricing/ */
  queueRequests: 0.4 / 1e6,
  fifoRequests: 0.5 / 1e6,
  /** https://aws.amazon.com/eventbridge/pricing/ */
  events: 1 / 1e6,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logGigabytes: 0.5,
  metrics: 0.3,
  alarmMetrics: 0.1,
  dashboards: 3,
  /** https://aws.amazon.com/xray/pricing/ */
  traces: 5 / 1e6,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secrets: 0.4,
} as const
