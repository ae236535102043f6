import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Deployment } from '../config/types.ts'
import type { Scope } from '../site.ts'
import { alarmList, type WatchAlarm } from './alarm-list.ts'
import type { Watched } from './watched.ts'

/** Makes every alarm, and tells the topic when one goes off and when it is over. */
export function alarms(scope: Scope, config: Deployment, watched: Watched, topic: ITopic): readonly Alarm[] {
  return alarmList(config, watched).map((one) => {
    const alarm = alarmOf(scope, config, one)
    const action = new SnsAction(topic)
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
    return alarm
  })
}

function alarmOf(scope: Scope, { service, runbooks }: Deployment, one: WatchAlarm): Alarm {
  const [evaluationPeriods, datapointsToAlarm] = one.periods ?? [1, 1]
  return new Alarm(scope, one.id, {
    alarmName: `${service}-${one.id}`,
    alarmDescription: `${one.says} What to do: ${runbooks}/${one.runbook}.md`,
    metric: one.metric,
    threshold: one.threshold,
    evaluationPeriods,
    datapointsToAlarm,
    comparisonOperator: one.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: one.missing ?? TreatMissingData.NOT_BREACHING,
  })
}
