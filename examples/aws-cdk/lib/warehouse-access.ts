import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Warehouse } from './config/types.ts'
import type { Scope } from './site.ts'

export interface Access {
  readonly warehouses: readonly Warehouse[]
  readonly bus: IEventBus
  /** Reconcile reads all of a warehouse. */
  readonly reads?: boolean
}

/** What a function needs to reach its warehouses, and no more. */
export function grantWarehouses(scope: Scope, function_: IGrantable, { warehouses, bus, reads = false }: Access): void {
  const secrets = warehouses.flatMap((one) => ('secret' in one ? [secretArn(scope, one.secret)] : []))
  const tables = warehouses.flatMap((one) => (one.kind === 'dynamodb' ? [one.tableArn] : []))
  const tableActions = ['GetItem', 'PutItem', ...(reads ? ['BatchGetItem', 'Scan'] : [])]
  allow(function_, ['secretsmanager:GetSecretValue'], secrets)
  allow(
    function_,
    tableActions.map((action) => `dynamodb:${action}`),
    tables,
  )
  if (warehouses.some(({ kind }) => kind === 'event-bridge'))
    allow(function_, ['events:DescribeEventBus', 'events:PutEvents'], [bus.eventBusArn]) // it is looked for before it is used
}

/** The variables by which a function finds what its warehouses need. */
export function warehouseEnvironment({ warehouses, bus }: Access): Readonly<Record<string, string>> {
  return warehouses.some(({ kind }) => kind === 'event-bridge') ? { EVENT_BUS: bus.eventBusName } : {}
}

export function allow({ grantPrincipal }: IGrantable, actions: readonly string[], resources: readonly string[]): void {
  if (resources.length === 0) return
  const statement = new PolicyStatement({ actions: [...actions], resources: [...resources] })
  grantPrincipal.addToPrincipalPolicy(statement)
}

/** The ARN of a secret ends in six characters that nobody knows before it is made. */
function secretArn(scope: Scope, name: string): string {
  const parts = { service: 'secretsmanager', resource: 'secret', resourceName: `${name}-??????` }
  return Stack.of(scope).formatArn({ ...parts, arnFormat: ArnFormat.COLON_RESOURCE_NAME })
}
