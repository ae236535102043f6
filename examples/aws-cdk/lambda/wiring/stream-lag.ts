import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { variable } from './environment.ts'

const cloudWatch = new CloudWatchClient({ maxAttempts: 3 })
const lambda = new LambdaClient({ maxAttempts: 3 })
const lookBackMs = 600_000

/**
 * How far the sync function is behind its stream, in milliseconds: the largest age of the last ten minutes. Without
 * records nothing is behind, if the mapping is at work and nothing was throttled; else nobody knows, which counts as too far.
 */
export async function streamLagMs(): Promise<number> {
  const abortSignal = AbortSignal.timeout(5_000)
  const asked = new GetEventSourceMappingCommand({ UUID: variable('MAPPING_ID') })
  const [{ State: state }, ages, throttles] = await Promise.all([
    lambda.send(asked, { abortSignal }),
    valuesOf('IteratorAge', 'Maximum', abortSignal),
    valuesOf('Throttles', 'Sum', abortSignal),
  ])
  if (state !== 'Enabled') return Infinity
  if (ages.length > 0) return Math.max(...ages)
  return throttles.some((count) => count > 0) ? Infinity : 0
}

async function valuesOf(MetricName: string, Stat: string, abortSignal: AbortSignal): Promise<readonly number[]> {
  const Dimensions = [{ Name: 'FunctionName', Value: variable('SYNC_FUNCTION') }]
  const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat }
  const query: MetricDataQuery = { Id: 'asked', MetricStat }
  const [EndTime, StartTime] = [new Date(), new Date(Date.now() - lookBackMs)]
  const asked = new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries: [query] })
  const { MetricDataResults: [result] = [] } = await cloudWatch.send(asked, { abortSignal })
  return result?.Values ?? []
}
