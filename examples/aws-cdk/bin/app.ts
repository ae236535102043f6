import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { config } from '../config.ts'
import { bundlesOf } from '../lib/bundles.ts'
import { tellingSettings } from '../lib/config/telling-settings.ts'
import { inventorySync } from '../lib/inventory-sync.ts'
import { warehouses } from '../warehouses.ts'

tellingSettings(() => {
  const app = new App()
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const stack = inventorySync(app, config, warehouses)
  const assembly = app.synth()

  if (stack.bundlingRequired)
    for (const { name, gzipBytes } of bundlesOf(assembly))
      console.error(`${name}: ${(gzipBytes / 1_000).toFixed(1)} kB gzip`)
})
