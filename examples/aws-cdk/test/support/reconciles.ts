import type { Deployment } from '../../lib/config/types.ts'
import { settings, synthesised, type Synthesised } from './synthesised.ts'

/** The sample, with another way to reconcile. */
export const scaled = (scale: Deployment['reconcile']['scale']) =>
  synthesised(settings(({ config }) => ({ config: { ...config, reconcile: { ...config.reconcile, scale } } })))

interface Steps {
  readonly StartAt: string
  readonly States: Readonly<Record<string, any>>
  readonly TimeoutSeconds: number
}

/** The steps of the only state machine, with references as `<id>`. */
export function stepsOf({ one }: Synthesised): Steps {
  const { DefinitionString: definition } = one('AWS::StepFunctions::StateMachine').Properties
  const [, parts] = (definition as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join']
  const text = parts.map((part) => (typeof part === 'string' ? part : `<${JSON.stringify(part).replaceAll('"', "'")}>`))
  return JSON.parse(text.join('')) as Steps
}
