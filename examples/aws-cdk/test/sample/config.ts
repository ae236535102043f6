import type { Deployment } from '../../lib/config/types.ts'

/** Everything of this deployment but its warehouses, which stand in warehouses.ts. */
export const config: Deployment = {
  account: '111122223333', // yours
  region: 'eu-central-1',
  service: 'inventory', // names the stack, and is the dimension `Service` of every metric
  runbooks: 'https://git.example/inventory-sync/blob/main/runbooks', // where your copy of the folder can be read
  alarmEmail: 'stock-on-call@example.com',

  table: {
    // Replicas in other regions: [{ region: 'eu-west-1' }]. Their writes come through this region's stream.
    replicas: [],
    // Before an announced peak: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 20_000 }. It cannot be lowered.
    warmThroughput: undefined,
  },

  sync: {
    only: { attribute: 'state', value: 'active' }, // other items are in no warehouse; `undefined`: all items are
    ttl: 'propagate', // 'ignore': items that expire stay in the warehouses
    reservedConcurrency: 50,
    shards: 5, // at your peak: one per 1,000 writes a second, at least 4 with a table on demand
    memoryMb: 512,
    deadlineMarginMs: 1_000,
    epochs: {}, // after a restore: the new stream's ARN, with a number that is higher than any before
  },

  // Under Lambda's own names.
  mapping: {
    batchSize: 10,
    maximumBatchingWindowInSeconds: 0,
    parallelizationFactor: 10,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 100,
    maximumRecordAgeInSeconds: 43_200,
    functionResponseTypes: ['ReportBatchItemFailures'],
  },

  reconcile: {
    everyHours: 2,
    mode: 'plan', // 'apply' repairs; read a week of reports first
    scale: 'function', // 'map': many functions at once; 'athena': exports compared by SQL; 'off': never
    partitions: 16, // with 'map'
    maxRepairRatio: 0.02,
    driftThreshold: 10, // rows, of all warehouses together, before anybody is called
  },

  keepLogsDays: 30,
  keepReportsDays: 90,
  keepEventsDays: 14, // in the bus's archive
  customerManagedKey: false,
  secretsGeneration: 1, // raise it after a rotation: functions read their secrets once, and then anew
  // X-Ray through OpenTelemetry. The newest of your region: https://aws-otel.github.io/docs/getting-started/lambda
  adotLayerArn: 'arn:aws:lambda:eu-central-1:615299751070:layer:AWSOpenTelemetryDistroJs:12',
  // For warehouses in your VPC: { subnetIds: ['subnet-…'], securityGroupIds: ['sg-…'] }.
  network: undefined,
}
