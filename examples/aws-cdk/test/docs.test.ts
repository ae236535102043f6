import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { costTable, loads, sizeOf } from '../lib/cost/table.ts'
import { monthlyCost } from '../lib/cost/estimate.ts'
import { settings, synthesised, type Synthesised } from './support/synthesised.ts'

const folder = new URL('../', import.meta.url)
const size = sizeOf(settings().config, settings().warehouses)
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const runbooks = readdirSync(new URL('runbooks/', folder)).map((file) => `runbooks/${file}`)

describe('The README', () => {
  let stack: Synthesised
  beforeAll(() => {
    const large = settings(({ config }) => ({
      config: { ...config, reconcile: { ...config.reconcile, scale: 'map' } },
    }))
    stack = synthesised(large)
  })

  it('states what the deployment costs as its formula does', () => {
    const [, shown = ''] = /<!-- cost -->([^]*)<!-- \/cost -->/.exec(textOf('README.md')) ?? []
    const cells = (table: string) =>
      table
        .trim()
        .split('\n')
        .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+:?$/, '---')))
    expect(cells(shown)).toEqual(cells(costTable(size).replaceAll('---:', '---')))
  })

  it('names every runbook, and no other', () => {
    const named = [...textOf('README.md').matchAll(/\]\((runbooks\/[\w-]+\.md)\)/g)].map(([, file]) => file!)
    expect([...new Set(named)].sort()).toEqual([...runbooks].sort())
  })

  it.each([...runbooks, 'README.md'])('and runbooks use variables that are outputs of the stack: %s', (file) => {
    const names = [...textOf(file).matchAll(/\$([A-Z][a-z]\w*)/g)].map(([, name]) => name!)
    const outputs = Object.keys(stack.template.findOutputs('*'))
    for (const name of names) expect([file, outputs]).toEqual([file, expect.arrayContaining([name])])
  })

  it.each([...runbooks, 'README.md'])('and runbooks start a run in either way that reconcile may have: %s', (file) => {
    const starts = (command: string) => textOf(file).split(command).length - 1
    expect(starts('aws stepfunctions start-execution --state-machine-arn "$ReconcileMachine"')).toBe(
      starts('aws lambda invoke --function-name "$CompareFunction"'),
    )
  })

  it.each([...runbooks, 'README.md'])('and runbooks lead to files that are there: %s', (file) => {
    const links = [...textOf(file).matchAll(/\]\((?!https:)([^)#]+)\)/g)].map(([, link]) => link!)
    for (const link of links) expect(() => readFileSync(new URL(link, new URL(file, folder)))).not.toThrow()
  })
})

describe('The cost', () => {
  it('grows with the updates, and has a part that does not', () => {
    const [small, large] = loads.map((load) => monthlyCost(load, size))
    expect(large!['writes to the table']).toBeCloseTo(1_000 * small!['writes to the table']!)
    expect(large!['metrics, alarms, dashboard']).toBe(small!['metrics, alarms, dashboard'])
  })

  it.each([0, 1, 3])('counts the metrics that alarms of the template look at, with %i queues', (queues) => {
    const [austin, ...others] = [...settings().warehouses].sort((a) => (a.name === 'austin' ? -1 : 1))
    const queued = Array.from({ length: queues }, (_, index) => ({ ...austin!, name: `slow-${index}` }))
    const given = settings(() => ({ warehouses: [...others, ...queued] }))
    const alarms = Object.values(synthesised(given).template.findResources('AWS::CloudWatch::Alarm'))
    const metrics = alarms.map(({ Properties }) => {
      const { Metrics } = Properties as { readonly Metrics?: readonly { readonly MetricStat?: unknown }[] }
      return Metrics ? Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1
    })
    expect(sizeOf(given.config, given.warehouses).alarmMetrics).toBe(metrics.reduce((sum, one) => sum + one, 0))
  })
})
