import { fileURLToPath } from 'node:url'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  LayerVersion,
  Runtime,
  Tracing,
  type CfnFunction,
  type FunctionOptions,
} from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { bundling, type Reach } from './bundle.ts'
import { acknowledge, acknowledgeActions } from './security/acknowledge.ts'
import type { Scope, Site } from './site.ts'
import { allow } from './warehouse-access.ts'

export interface NodeFunctionOptions {
  /** The file in lambda/, without its ending. */
  readonly entry: string
  /** What its bundle is called, where several are made of one file. Default: as the file. */
  readonly bundle?: string
  readonly description: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  readonly reach: Reach
  readonly reservedConcurrency?: number
}

/** Under this name a function's bundle stands in the template's metadata. */
export const bundleMetadata = 'Bundle'

/** A function with a role, a log group and a bundle of its own. Its role may do nothing else yet. */
export function nodeFunction(scope: Scope, id: string, options: NodeFunctionOptions, site: Site): NodejsFunction {
  const { config, key } = site
  const { entry, description, timeoutSeconds, memoryMb, environment, reach, reservedConcurrency } = options
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: config.keepLogsDays as RetentionDays, // its values are the numbers of days; checked with the settings
    removalPolicy: RemovalPolicy.DESTROY,
    ...(key && { encryptionKey: key }),
  })
  logGroup.grantWrite(role)
  grantKey(role, key)
  const made = new NodejsFunction(scope, id, {
    entry: fileURLToPath(new URL(`../lambda/${entry}.ts`, import.meta.url)),
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMb,
    role,
    logGroup,
    bundling: bundling(reach),
    environment: { SERVICE: config.service, ...environment, ...environmentOf(reach, site) },
    ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    ...(key && { environmentEncryption: key }),
    ...traced(scope, id, site),
  })
  connect(made, role, site)
  const { defaultChild } = made.node
  ;(defaultChild as CfnFunction).addMetadata(bundleMetadata, options.bundle ?? entry)
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'X-Ray takes segments of any trace, and network interfaces have no name before they are made.',
  )
  return made
}

/** Everything at rest is encrypted with the one key, where there is one: streams, queues, topics, reports. */
function grantKey(role: Role, key: Site['key']): void {
  if (!key) return
  allow(role, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])
  const reason = "Grants of CDK ask for both forms of this one action; the key is the deployment's own."
  for (const action of ['kms:GenerateDataKey*', 'kms:ReEncrypt*']) acknowledgeActions(role, action, reason)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html: the certificates of RDS are loaded on request. */
function environmentOf({ warehouses }: Reach, { config }: Site): Readonly<Record<string, string>> {
  const hasDatabase = warehouses.some(({ kind }) => kind === 'postgres')
  const hasSecret = warehouses.some((warehouse) => 'secret' in warehouse)
  return {
    NODE_OPTIONS: '--enable-source-maps',
    ...(hasSecret && { SECRETS_GENERATION: String(config.secretsGeneration) }), // another one makes new containers
    ...(hasDatabase && { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' }),
    ...(config.adotLayerArn !== undefined && {
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument',
      OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false', // spans alone: the library has metrics of its own
    }),
  }
}

function traced(
  scope: Scope,
  id: string,
  { config: { adotLayerArn: arn } }: Site,
): Pick<FunctionOptions, 'tracing' | 'layers'> {
  const layers = arn === undefined ? [] : [LayerVersion.fromLayerVersionArn(scope, `${id}Adot`, arn)]
  return { tracing: Tracing.ACTIVE, layers }
}

/** Of the network nothing is asked for but what the deployment names: the synthesis needs no credentials. */
function connect(function_: NodejsFunction, role: Role, { config: { network } }: Site): void {
  if (!network) return
  const { subnetIds, securityGroupIds } = network
  const { defaultChild } = function_.node
  ;(defaultChild as CfnFunction).vpcConfig = { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] }
  allow(role, interfaceActions, ['*'])
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const interfaceActions = ['Create', 'Delete']
  .map((verb) => `ec2:${verb}NetworkInterface`)
  .concat([
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeVpcs',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ])
