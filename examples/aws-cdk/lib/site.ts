import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Deployment, Warehouse } from './config/types.ts'

/** What every part of the deployment is built from. */
export interface Site {
  readonly config: Deployment
  readonly warehouses: readonly Warehouse[]
  /** With `customerManagedKey`: what everything at rest is encrypted with. */
  readonly key: IKey | undefined
}

/** A part's own place among the constructs: its name is a part of the logical ids, so never change it. */
export type Scope = Construct
