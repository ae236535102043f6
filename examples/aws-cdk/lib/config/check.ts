import { checkDeployment } from './check-deployment.ts'
import { checkReconcile } from './check-reconcile.ts'
import { checkMapping } from './check-mapping.ts'
import { checkWarehouses } from './check-warehouses.ts'
import { SettingsError } from './problems.ts'
import type { Deployment, Warehouse } from './types.ts'

/**
 * Looks at every setting before anything is synthesised.
 * @throws SettingsError with the line of each that cannot work.
 */
export function checkSettings(config: Deployment, warehouses: readonly Warehouse[], folder?: URL): void {
  const problems = [
    ...checkDeployment(config),
    ...checkMapping(config, warehouses),
    ...checkWarehouses(warehouses),
    ...checkReconcile(config, warehouses),
  ]
  if (problems.length > 0) throw new SettingsError(problems, folder)
}
