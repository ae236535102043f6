import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { variable } from './environment.ts'
import { lagOf } from './lag-of.ts'

const cloudWatch = new CloudWatchClient({ maxAttempts: 3 })
const lambda = new LambdaClient({ maxAttempts: 3 })
const lookBackMs = 600_000

/** How far the sync function is behind its stream, in milliseconds, as {@link lagOf} judges the last ten minutes. */
export async function streamLagMs(): Promise<number> {
  const abortSignal = AbortSignal.timeout(5_000)
  const asked = new GetEventSourceMappingCommand({ UUID: variable('MAPPING_ID') })
  const [{ State: state }, iteratorAgesMs, throttles] = await Promise.all([
    lambda.send(asked, { abortSignal }),
    valuesOf('IteratorAge', 'Maximum', abortSignal),
    valuesOf('Throttles', 'Sum', abortSignal),
  ])
  return lagOf({ state, iteratorAgesMs, throttles })
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
