import { fileURLToPath } from 'node:url'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
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
import { acknowledge } from './security/acknowledge.ts'
import type { Scope, Site } from './site.ts'

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
    ...connected(scope, id, role, site),
  })
  const { defaultChild } = made.node
  ;(defaultChild as CfnFunction).addMetadata(bundleMetadata, options.bundle ?? entry)
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'X-Ray takes segments of any trace, and network interfaces have no name before they are made.',
  )
  return made
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html: the certificates of RDS are loaded on request. */
function environmentOf({ warehouses }: Reach, { config }: Site): Readonly<Record<string, string>> {
  const hasDatabase = warehouses.some(({ kind }) => kind === 'postgres')
  return {
    NODE_OPTIONS: '--enable-source-maps',
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

function connected(scope: Scope, id: string, role: Role, { config: { network } }: Site): Partial<FunctionOptions> {
  if (!network) return {}
  const { vpcId, subnetIds, securityGroupIds } = network
  const availabilityZones = subnetIds.map((_, index) => `zone-${index}`) // not asked for: the subnets are given
  role.addToPolicy(new PolicyStatement({ actions: interfaceActions, resources: ['*'] }))
  return {
    vpc: Vpc.fromVpcAttributes(scope, `${id}Vpc`, { vpcId, availabilityZones, privateSubnetIds: [...subnetIds] }),
    vpcSubnets: {
      subnets: subnetIds.map((subnet, index) => Subnet.fromSubnetId(scope, `${id}Subnet${index}`, subnet)),
    },
    securityGroups: securityGroupIds.map((group, index) =>
      SecurityGroup.fromSecurityGroupId(scope, `${id}SecurityGroup${index}`, group, { mutable: false }),
    ),
  }
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
