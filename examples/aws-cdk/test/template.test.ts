import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { config } from '../config.ts'
import { plainApp, plainTemplate } from '../lib/plain-template.ts'
import { warehouses } from '../warehouses.ts'

const file = new URL('../template.yaml', import.meta.url)

// Who deploys with CDK alone may delete the file.
describe.runIf(existsSync(file))('template.yaml', () => {
  let made: string
  let written: string
  beforeAll(() => {
    written = readFileSync(file, 'utf8')
    made = plainTemplate(plainApp(config, warehouses, { bundled: false }))
  })

  it("is what 'npm run template' writes", () => {
    expect(written === made, 'It is not: run it, or delete template.yaml if nobody takes it.').toBe(true)
  })

  it('is of no account, and needs nothing of CDK to be deployed', () => {
    expect(written.replaceAll(/arn:[\w:-]+:table/g, '')).not.toContain(config.account)
    expect(written).not.toMatch(/cdk-hnb659fds|BootstrapVersion|asset\./)
  })

  it('is deployed by way of a bucket, for CloudFormation takes no more than 51,200 bytes in a call', () => {
    expect(written).toMatch(/^# aws cloudformation deploy .* --s3-bucket YOUR-BUCKET/m)
  })

  it("finds each function's code in a folder beside it", () => {
    const { Resources: resources } = parse(written) as { readonly Resources: Readonly<Record<string, any>> }
    const functions = Object.values(resources).filter(({ Type: type }) => type === 'AWS::Lambda::Function')
    const folders = functions.map(({ Properties: { Code: code } }) => String(code))
    expect(folders).toEqual(expect.arrayContaining(['functions/sync', 'functions/redrive']))
    expect(new Set(folders).size).toBe(functions.length)
    for (const folder of folders) expect(folder).toMatch(/^functions\/[\w-]+$/)
  })
})
