import type { Synthesised } from './synthesised.ts'
import type { alarmsIn, AskedMetric } from './watched-template.ts'

type Template = Parameters<typeof alarmsIn>[0]

/** As the readers of templates take it. */
export const templateOf = ({ resources }: Synthesised) => ({ Resources: resources }) as Template

/** `Sum of StreamSync Drift of Service inventory, 60 s`: a metric as a line. */
export function lineOf({ statistic, namespace, name, dimensions, periodMs }: AskedMetric): string {
  const by = Object.entries(dimensions).map(([dimension, value]) => `${dimension} ${named(value)}`)
  return `${statistic} of ${namespace} ${name} of ${by.join(', ')}, ${periodMs / 1_000} s`
}

/** A reference, as the code names what it leads to. */
export function named(reference: string): string {
  return reference
    .replace('Ref:', '')
    .replace(/[0-9A-F]{8}(?=\.|$)/, '')
    .replace('.QueueName', '')
}

/** A metric of the library, of the whole service. */
export const ofService = (statistic: string, name: string, seconds: number) =>
  `${statistic} of StreamSync ${name} of Service inventory, ${seconds} s`
/** A metric of the library, of one warehouse. */
export const ofTarget = (statistic: string, name: string, target: string, seconds: number) =>
  `${statistic} of StreamSync ${name} of Service inventory, Target ${target}, ${seconds} s`
/** A metric that Lambda tells of a function. */
export const ofFunction = (statistic: string, name: string, function_: string, seconds: number) =>
  `${statistic} of AWS/Lambda ${name} of FunctionName ${function_}, ${seconds} s`
/** How many messages wait in a queue. */
export const waiting = (queue: string) =>
  `Maximum of AWS/SQS ApproximateNumberOfMessagesVisible of QueueName ${queue}, 300 s`
/** How long the first of them has waited. */
export const age = (queue: string) => `Maximum of AWS/SQS ApproximateAgeOfOldestMessage of QueueName ${queue}, 300 s`
/** The functions where a large catalogue is reconciled. */
export const functions = ['StreamSync', 'Redrive', 'QueueaustinDrain', 'ReconcileCompare', 'ReconcileMerge']
