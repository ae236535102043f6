import { plainText, withoutHash } from './plain-text.ts'
import type { Synthesised } from './synthesised.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

interface Policy {
  readonly Roles: readonly unknown[]
  readonly PolicyDocument: { readonly Statement: readonly Statement[] }
}

/** What each role may do, by its name: a line for each statement, `actions on resources`. */
export function permissionsOf({ template }: Synthesised): Readonly<Record<string, readonly string[]>> {
  const roles: Record<string, string[]> = {}
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const { Roles, PolicyDocument } = Properties as Policy
    for (const role of Roles.map(plainText))
      roles[role] = [...(roles[role] ?? []), ...PolicyDocument.Statement.map(lineOf)].sort()
  }
  for (const [role, { Properties }] of Object.entries(template.findResources('AWS::IAM::Role')))
    if ('Policies' in (Properties as object)) throw new Error(`${withoutHash(role)} has a policy within.`)
  return roles
}

function lineOf({ Effect, Action, Resource, Condition }: Statement): string {
  const resources = [Resource].flat().map((one) => plainText(one).replace(/arn:aws:([\w-]+):[\w-]+:\d{12}:/, '$1:'))
  const line = `${[Action].flat().sort().join(' ')} on ${resources.sort().join(' ')}`
  return `${Effect === 'Allow' ? '' : `${Effect} `}${line}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`
}
