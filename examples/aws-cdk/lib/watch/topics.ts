import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Scope, Site } from '../site.ts'

/** A topic that is published to by TLS alone. Whoever is to be called gets mail from it. */
export function topic(scope: Scope, id: string, { config: { alarmEmail }, key }: Site): Topic {
  const made = new Topic(scope, id, { enforceSSL: true, ...(key && { masterKey: key }) })
  if (alarmEmail !== undefined) made.addSubscription(new EmailSubscription(alarmEmail))
  return made
}
