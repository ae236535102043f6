import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directRoutes, streamRoutes } from '../lambda/wiring/routes.ts'
import { warehouses } from './sample/warehouses.ts'

const named = (...names: readonly string[]) => warehouses.filter(({ name }) => names.includes(name))
const item = { sku: 'A1', region: 'eu', category: 'garden', state: 'active', quantity: 5 }

const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/111122223333/austin.fifo'

describe('A route', () => {
  const variables = { AWS_REGION: 'eu-central-1', EVENT_BUS: 'inventory-stock', QUEUE_URL_AUSTIN: queueUrl }
  beforeEach(() => void Object.assign(process.env, variables))
  afterEach(() => {
    for (const name of Object.keys(variables)) delete process.env[name]
  })

  it('to a group takes what is of its regions and of its categories', async () => {
    const { 'garden-partners': route } = await directRoutes(named('garden-partners'))
    const taken = [item, { ...item, region: 'us' }, { ...item, category: 'toys' }].map((one) => route!.when!(one))
    expect(taken).toEqual([true, false, false])
  })

  it('to a warehouse takes what its `when` says', async () => {
    const { austin } = await streamRoutes(named('austin'))
    expect([austin!.when!(item), austin!.when!({ ...item, region: 'us' })]).toEqual([false, true])
  })

  it('to a warehouse with a queue goes by its queue, which is FIFO', async () => {
    process.env['QUEUE_URL_AUSTIN'] = queueUrl.replace('.fifo', '')
    await expect(streamRoutes(named('austin'))).rejects.toThrow(/\.fifo/)
  })
})
