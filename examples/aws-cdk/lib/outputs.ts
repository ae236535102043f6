import { CfnOutput, type Stack } from 'aws-cdk-lib'

/** Names that runbooks use as variables: `$LettersUrl`. The README says how to set them all at once. */
export function outputs(stack: Stack, values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) if (value !== undefined) new CfnOutput(stack, name, { value })
}
