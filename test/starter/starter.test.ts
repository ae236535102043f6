import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyStarter, type StarterCopy } from './starter-copy.ts'

const ended = { code: 0 }

describe('The deployment, copied elsewhere, with the packed library, without credentials or network', () => {
  let starter: StarterCopy
  beforeAll(async () => {
    starter = await copyStarter()
  })
  afterAll(() => starter.remove())

  it('type-checks', async () => {
    expect(await starter.run('npx', 'tsc', '--noEmit')).toEqual({ ...ended, output: '' })
  })

  it('ships the settings that its tests take as a sample', async () => {
    for (const file of ['config.ts', 'warehouses.ts']) {
      const [shipped, sample] = await Promise.all(
        [file, join('test/sample', file)].map((path) => readFile(join(starter.folder, path), 'utf8')),
      )
      const ofFolder = shipped?.replaceAll("'./lib/", "'../../lib/").replaceAll("'./item.ts'", "'../../item.ts'")
      expect(sample).toBe(ofFolder)
    }
  })

  it('passes its own tests', async () => {
    const { code, output } = await starter.run('npm', 'test')
    console.log(output.split('\n').slice(-40).join('\n'))
    expect(code).toBe(0)
  })

  it('is synthesised, clean by the rules of AwsSolutions, and tells the size of each function', async () => {
    const { code, output } = await starter.run('npx', 'cdk', 'synth', '--quiet')
    console.log(output)
    expect(code).toBe(0)
    expect(output).toMatch(/^sync: \d+\.\d kB gzip$/m)
    expect(existsSync(join(starter.folder, 'cdk.out/InventorySync.template.json'))).toBe(true)
    const report = join(starter.folder, 'cdk.out/validation-report.json')
    if (existsSync(report)) expect(await readFile(report, 'utf8')).not.toContain('AwsSolutions-')
  })

  it('tells the line that is to be changed when two warehouses have one name', async () => {
    const { code, output } = await starter.edited(
      'warehouses.ts',
      (text) => text.replace("name: 'lyon'", "name: 'berlin'"),
      () => starter.run('npx', 'cdk', 'synth', '--quiet'),
    )
    const lines = (await readFile(join(starter.folder, 'warehouses.ts'), 'utf8')).split('\n')
    const line = lines.findIndex((one) => one.includes("name: 'lyon'")) + 1
    expect(code).not.toBe(0)
    expect(output).toContain(`warehouses.ts:${String(line)}  two warehouses are called 'berlin'`)
  })

  it('tells the line of an account that was left unset', async () => {
    const { code, output } = await starter.edited(
      'config.ts',
      (text) => text.replace("account: '111122223333'", 'account: undefined'),
      () => starter.run('npx', 'cdk', 'synth', '--quiet'),
    )
    expect(code).not.toBe(0)
    expect(output).toMatch(/config\.ts:\d+ {2}account is no account number/)
  })
})
