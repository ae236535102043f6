import { Stack, Validations } from 'aws-cdk-lib'
import { CfnPolicy } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'

/** Accepts one finding of cdk-nag at one place, with its reason. */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason })
}

/** Accepts one wildcard among the resources of a role, and no other. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  acknowledge(role, `IAM5[Resource::${flat(Stack.of(role).resolve(resource))}]`, reason)
}

/** Accepts one wildcard among the actions of a role, and no other. */
export function acknowledgeActions(role: IConstruct, action: string, reason: string): void {
  acknowledge(role, `IAM5[Action::${action}]`, reason)
}

/** Accepts the wildcards among the resources that CDK itself wrote into the policies below a construct. */
export function acknowledgePolicies(construct: IConstruct, reason: string): void {
  for (const policy of construct.node.findAll()) {
    if (!(policy instanceof CfnPolicy)) continue
    const { Statement: statements } = Stack.of(policy).resolve(policy.policyDocument) as Document
    const resources = statements.flatMap(({ Resource: resource }) => [resource].flat().map(flat))
    for (const resource of resources)
      if (resource.includes('*')) acknowledge(policy, `IAM5[Resource::${resource}]`, reason)
  }
}

interface Document {
  readonly Statement: readonly { readonly Resource: unknown }[]
}

/** As cdk-nag writes references to resources in its findings. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, unknown>>
  if (typeof ref === 'string') return `<${ref}>`
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(flat).join(String(join[0]))
  return JSON.stringify(value)
}
