import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { config } from '../config.ts'
import { bundlesOf } from '../lib/bundles.ts'
import { tellingSettings } from '../lib/config/telling-settings.ts'
import { plainApp, plainTemplate } from '../lib/plain-template.ts'
import { warehouses } from '../warehouses.ts'

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

tellingSettings(() => {
  const assembly = plainApp(config, warehouses, { bundled: !process.argv.includes('--no-bundles') })
  writeFileSync(here('template.yaml'), plainTemplate(assembly))

  if (!process.argv.includes('--no-bundles')) {
    rmSync(here('functions'), { recursive: true, force: true })
    mkdirSync(here('functions'))
    for (const { name, folder } of bundlesOf(assembly)) cpSync(folder, here(`functions/${name}`), { recursive: true })
  }
})
