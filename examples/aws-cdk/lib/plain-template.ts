import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { stringify } from 'yaml'
import type { Deployment, Warehouse } from './config/types.ts'
import { inventorySync } from './inventory-sync.ts'
import { newApp } from './new-app.ts'
import { bundleMetadata } from './node-function.ts'

interface Resource {
  readonly Type: string
  readonly Metadata?: Readonly<Record<string, string>>
  readonly Properties?: Readonly<Record<string, unknown>>
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly [section: string]: unknown
}

const header = `# Made by 'npm run template', for those who do not use CDK. Do not edit: change config.ts and warehouses.ts.
# aws cloudformation package --template-file template.yaml --s3-bucket YOUR-BUCKET --output-template-file packaged.yaml
# aws cloudformation deploy --template-file packaged.yaml --s3-bucket YOUR-BUCKET --stack-name inventory-sync --capabilities CAPABILITY_IAM
`

/** The app of the same stack for whatever account and region it is deployed in. */
export function plainApp(
  config: Deployment,
  warehouses: readonly Warehouse[],
  options: { readonly bundled: boolean },
): CloudAssembly {
  const app = newApp(options)
  inventorySync(app, config, warehouses, 'any account')
  return app.synth()
}

/** The template, with each function's code where `aws cloudformation package` looks for it: in a folder beside it. */
export function plainTemplate(assembly: CloudAssembly): string {
  const { Rules: _, Parameters: parameters, ...template } = assembly.stacks[0]!.template as Template
  const { BootstrapVersion: __, ...own } = parameters as Readonly<Record<string, unknown>>
  const resources = Object.entries(template.Resources).map(([id, resource]) => [id, plain(resource)] as const)
  return (
    header + stringify({ ...template, Parameters: own, Resources: Object.fromEntries(resources) }, { lineWidth: 0 })
  )
}

function plain(resource: Resource): Resource {
  const { Metadata: metadata, ...rest } = resource
  const bundle = metadata?.[bundleMetadata]
  if (resource.Type !== 'AWS::Lambda::Function' || bundle === undefined) return rest
  return { ...rest, Properties: { ...resource.Properties, Code: `functions/${bundle}` } }
}
