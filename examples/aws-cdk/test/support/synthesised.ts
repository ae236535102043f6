import { App, Validations } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { config as ownConfig } from '../../config.ts'
import type { Deployment, Warehouse } from '../../lib/config/types.ts'
import { inventorySync } from '../../lib/inventory-sync.ts'
import { newApp } from '../../lib/new-app.ts'
import { warehouses as ownWarehouses } from '../../warehouses.ts'
import { config } from '../sample/config.ts'
import { warehouses } from '../sample/warehouses.ts'

export interface Settings {
  readonly config: Deployment
  readonly warehouses: readonly Warehouse[]
}

/** The settings of the sample, with what a test changes. Your own are tried by own.test.ts. */
export function settings(change: (given: Settings) => Partial<Settings> = () => ({})): Settings {
  const given = { config, warehouses }
  return { ...given, ...change(given) }
}

/** The settings of this folder: yours. */
export const own: Settings = { config: ownConfig, warehouses: ownWarehouses }

/** The app of these settings, checked by cdk-nag when it is synthesised. */
export function appOf({ config, warehouses }: Settings): App {
  const app = newApp({ bundled: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  inventorySync(app, config, warehouses)
  return app
}

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly [section: string]: unknown
}

export interface Synthesised {
  readonly template: Template
  readonly resources: Readonly<Record<string, Resource>>
  /** The only resource of a type whose logical id begins so. */
  readonly one: (type: string, idBegins?: string) => Resource & { readonly id: string }
}

/** The template of these settings, without bundles. */
export function synthesised(given: Settings = settings()): Synthesised {
  const app = newApp({ bundled: false })
  const template = Template.fromStack(inventorySync(app, given.config, given.warehouses))
  const { Resources: resources } = template.toJSON() as { readonly Resources: Readonly<Record<string, Resource>> }
  const one: Synthesised['one'] = (type, idBegins = '') => {
    const found = Object.entries(resources).filter(([id, { Type }]) => Type === type && id.startsWith(idBegins))
    if (found.length !== 1) throw new Error(`There are ${found.length} of ${type} ${idBegins}, not one.`)
    const [[id, resource]] = found as [[string, Resource]]
    return { id, ...resource }
  }
  return { template, resources, one }
}
