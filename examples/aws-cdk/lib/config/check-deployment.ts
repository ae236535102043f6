import { attributeTypes } from '../../item.ts'
import { refusedSync } from './check-library.ts'
import { isOneOf, isWhole } from './is.ts'
import type { Problem } from './problems.ts'
import type { Deployment } from './types.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653],
]

const regionForm = /^[a-z]{2}(-[a-z]+)+-\d$/

type Rule = readonly [path: string, fits: (config: Deployment) => boolean, says: string]

const rules: readonly Rule[] = [
  ['account', ({ account }) => isText(account, /^\d{12}$/), 'account is no account number. Write its 12 digits.'],
  ['region', ({ region }) => isText(region, regionForm), "region is unset. Write one such as 'eu-central-1'."],
  [
    'service',
    ({ service }) => isText(service, /^[a-z][a-z0-9-]{0,29}$/),
    'service must begin with a small letter, and hold small letters, digits and dashes, at most 30.',
  ],
  [
    'runbooks',
    ({ runbooks }) => isText(runbooks, /^https:\/\/\S+[^/]$/),
    'runbooks is no https URL. Write where your runbooks can be read.',
  ],
  [
    'alarmEmail',
    ({ alarmEmail }) => alarmEmail === undefined || isText(alarmEmail, /^\S+@\S+$/),
    'alarmEmail is no address. Write one, or undefined and subscribe to the topic yourself.',
  ],
  [
    'table.replicas',
    ({ table: { replicas } }) =>
      replicas.every(({ region }) => isText(region, regionForm)) &&
      new Set(replicas.map(({ region }) => region)).size === replicas.length,
    "replicas must be regions, each once: [{ region: 'eu-west-1' }].",
  ],
  [
    'table.existing',
    ({ table: { existing }, region }) =>
      existing === undefined ||
      (isText(existing.tableArn, /^arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{3,255}$/) &&
        existing.tableArn.split(':')[3] === region &&
        isText(existing.streamArn, /\/stream\/\S+$/) &&
        existing.streamArn.startsWith(`${existing.tableArn}/stream/`)),
    'existing must have the tableArn of a table of this region, and the streamArn of that table: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME and …/stream/LABEL.',
  ],
  [
    'table.replicas',
    ({ table, region }) => table.replicas.every((replica) => replica.region !== region),
    'replicas names the region of the deployment itself. Name other regions only.',
  ],
  [
    'table.replicas',
    ({ table, customerManagedKey }) =>
      !customerManagedKey || table.replicas.every(({ keyArn }) => keyArn !== undefined),
    'a replica has no keyArn. With customerManagedKey each replica needs a key of its own region.',
  ],
  [
    'table.warmThroughput',
    ({ table: { warmThroughput: warm } }) =>
      warm === undefined || (isWhole(warm.readUnitsPerSecond, 12_000) && isWhole(warm.writeUnitsPerSecond, 4_000)),
    'warmThroughput is below what every table on demand has: 12,000 reads and 4,000 writes a second. Write more, or undefined.',
  ],
  [
    'sync.memoryMb',
    ({ sync }) => isWhole(sync.memoryMb, 128, 10_240),
    'memoryMb must be a whole number from 128 to 10,240.',
  ],
  [
    'sync.deadlineMarginMs',
    ({ sync }) => isWhole(sync.deadlineMarginMs, 100, 10_000),
    'deadlineMarginMs must be a whole number from 100 to 10,000.',
  ],
  [
    'sync.only',
    ({ sync: { only } }) => only === undefined || (isTextAttribute(only.attribute) && isText(only.value, /^[^]+$/)),
    "only must name an attribute that is 'S' in item.ts, and the text that it has to hold.",
  ],
  ['sync.ttl', ({ sync }) => isOneOf(sync.ttl, ['propagate', 'ignore']), "ttl must be 'propagate' or 'ignore'."],
  [
    'reconcile.everyHours',
    ({ reconcile }) => isWhole(reconcile.everyHours, 1, 24),
    'everyHours must be a whole number from 1 to 24.',
  ],
  ['reconcile.mode', ({ reconcile }) => isOneOf(reconcile.mode, ['plan', 'apply']), "mode must be 'plan' or 'apply'."],
  [
    'reconcile.scale',
    ({ reconcile }) => isOneOf(reconcile.scale, ['off', 'function', 'map', 'athena']),
    "scale must be 'off', 'function', 'map' or 'athena'.",
  ],
  [
    'reconcile.partitions',
    ({ reconcile }) => isWhole(reconcile.partitions, 1, 1_000),
    'partitions must be a whole number from 1 to 1,000.',
  ],
  [
    'reconcile.maxRepairRatio',
    ({ reconcile: { maxRepairRatio: ratio } }) => ratio > 0 && ratio <= 1,
    'maxRepairRatio must be above 0, and at most 1.',
  ],
  [
    'reconcile.driftThreshold',
    ({ reconcile }) => isWhole(reconcile.driftThreshold, 0),
    'driftThreshold must be a whole number from 0 up.',
  ],
  [
    'keepLogsDays',
    ({ keepLogsDays }) => isOneOf(keepLogsDays, logRetentions),
    `keepLogsDays must be one that CloudWatch Logs has: ${logRetentions.join(', ')}.`,
  ],
  [
    'keepReportsDays',
    ({ keepReportsDays }) => isWhole(keepReportsDays, 1),
    'keepReportsDays must be a whole number from 1 up.',
  ],
  [
    'keepEventsDays',
    ({ keepEventsDays }) => isWhole(keepEventsDays, 1),
    'keepEventsDays must be a whole number from 1 up.',
  ],
  [
    'network',
    ({ network }) =>
      network === undefined ||
      (areIds(network.subnetIds, /^subnet-\w+$/) && areIds(network.securityGroupIds, /^sg-\w+$/)),
    "network must have subnetIds and securityGroupIds: { subnetIds: ['subnet-…'], securityGroupIds: ['sg-…'] }.",
  ],
  [
    'adotLayerArn',
    ({ adotLayerArn, region }) =>
      adotLayerArn === undefined || !isText(region, regionForm) || adotLayerArn.split(':')[3] === region,
    'adotLayerArn is of another region than the deployment. Functions take layers of their own region only.',
  ],
]

/** What of the deployment cannot work. */
export function checkDeployment(config: Deployment): readonly Problem[] {
  const found = rules.filter(([, fits]) => !fits(config)).map(([path, , says]) => [path.split('.'), says] as const)
  const ofSync = found.some(([[part]]) => part === 'sync') ? [] : refusedSync(config)
  return [...found, ...ofSync.map(([setting, says]) => [['sync', setting], says] as const)].map(([path, says]) => ({
    file: 'config.ts',
    path: ['config', ...path],
    says,
  }))
}

function areIds(ids: readonly string[], form: RegExp): boolean {
  return Array.isArray(ids) && ids.length > 0 && ids.every((id) => isText(id, form))
}

function isTextAttribute(name: string): boolean {
  const types: Readonly<Record<string, string>> = attributeTypes
  return Object.hasOwn(types, name) && types[name] === 'S'
}

function isText(value: string | undefined, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}
