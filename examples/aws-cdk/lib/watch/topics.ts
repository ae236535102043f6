import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Scope, Site } from '../site.ts'

/** A topic that is published to by TLS alone. Whoever is to be called gets mail from it. */
export function topic(scope: Scope, id: string, { config: { alarmEmail }, key }: Site): Topic {
  const made = new Topic(scope, id, { enforceSSL: true, ...(key && { masterKey: key }) })
  if (alarmEmail !== undefined) made.addSubscription(new EmailSubscription(alarmEmail))
  return made
}

/**
 * The topic of the alarms. A topic's policy of its own takes the place of the one that lets in the account's alarms, and
 * alarms have no role: they must be let in by name.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function alarmTopic(scope: Scope, site: Site): Topic {
  const made = topic(scope, 'Alarms', site)
  made.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [made.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  )
  return made
}
