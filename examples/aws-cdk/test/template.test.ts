import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { config } from '../config.ts'
import { plainApp, plainTemplate } from '../lib/plain-template.ts'
import { warehouses } from '../warehouses.ts'

const written = readFileSync(new URL('../template.yaml', import.meta.url), 'utf8')

describe('template.yaml', () => {
  let made: string
  beforeAll(() => {
    made = plainTemplate(plainApp(config, warehouses, { bundled: false }))
  })

  it("is what 'npm run template' writes", () => {
    expect(written).toBe(made)
  })

  it('is of no account, and needs nothing of CDK to be deployed', () => {
    expect(written.replaceAll('111122223333:table/stock-ledger', '')).not.toContain(config.account)
    expect(written).not.toMatch(/cdk-hnb659fds|BootstrapVersion|asset\./)
  })

  it("finds each function's code in a folder beside it", () => {
    const { Resources: resources } = parse(written) as { readonly Resources: Readonly<Record<string, any>> }
    const functions = Object.values(resources).filter(({ Type: type }) => type === 'AWS::Lambda::Function')
    expect(functions.map(({ Properties: { Code: code } }) => code).sort()).toEqual(
      ['drain-austin', 'reconcile', 'redrive', 'sync'].map((name) => `functions/${name}`),
    )
  })
})
