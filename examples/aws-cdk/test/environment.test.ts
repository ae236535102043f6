import { describe, expect, it } from 'vitest'
import { plainText, withoutHash } from './support/plain-text.ts'
import { settings, synthesised, type Settings } from './support/synthesised.ts'

type Variables = Readonly<Record<string, string>>

const scaled = (scale: 'function' | 'map' | 'athena') =>
  settings(({ config }) => ({ config: { ...config, reconcile: { ...config.reconcile, scale } } }))

/** The variables of each function. */
function variablesOf(given: Settings): Readonly<Record<string, Variables>> {
  const functions = Object.entries(synthesised(given).template.findResources('AWS::Lambda::Function'))
  return Object.fromEntries(
    functions.map(([id, { Properties }]) => {
      const { Variables } = (Properties as { readonly Environment: { readonly Variables: object } }).Environment
      return [withoutHash(id), Object.fromEntries(Object.entries(Variables).map(([n, value]) => [n, plainText(value)]))]
    }),
  )
}

const every: Variables = {
  SERVICE: 'inventory',
  NODE_OPTIONS: '--enable-source-maps',
  AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument',
  OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false',
}
const secrets: Variables = { SECRETS_GENERATION: '1' }
const database: Variables = { ...secrets, NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' }
const letters: Variables = { DLQ_URL: 'DeadLetters' }
const table: Variables = { ...letters, TABLE_NAME: 'InventoryTable' }
const reports: Variables = { REPORT_BUCKET: 'ReconcileReports', TOPIC_ARN: 'ReconcileSummaries' }
const compares: Variables = {
  ...{ ...every, ...table, ...reports },
  ...{ LOCK_TABLE: 'ReconcileLocks', SYNC_FUNCTION: 'StreamSync', MAPPING_ID: 'Stream' },
}
const always = {
  StreamSync: { ...every, ...database, ...letters, EVENT_BUS: 'PartnersBus', QUEUE_URL_AUSTIN: 'QueueaustinQueue' },
  Redrive: { ...every, ...database, ...table, EVENT_BUS: 'PartnersBus' },
  QueueaustinDrain: { ...every, ...secrets, ...table, WAREHOUSE: 'austin' },
}

describe('Functions find what they need by their variables', () => {
  it('where one function reconciles', () => {
    expect(variablesOf(scaled('function'))).toEqual({
      ...always,
      ReconcileCompare: { ...compares, ...database, COMPARED: 'berlin,lyon,ledger' },
    })
  })

  it('where many do', () => {
    expect(variablesOf(scaled('map'))).toEqual({
      ...always,
      ReconcileCompare: { ...compares, ...database, COMPARED: 'berlin,lyon,ledger' },
      ReconcileMerge: { ...every, ...reports },
    })
  })

  it('where Athena compares exports', () => {
    expect(variablesOf(scaled('athena'))).toEqual({
      ...always,
      ReconcileCompare: { ...compares, ...database, COMPARED: 'berlin,lyon' },
      ReconcileJudge: { ...compares, COMPARED: 'ledger' },
    })
  })

  it('without a layer where the deployment names none', () => {
    const plain = settings(({ config }) => ({ config: { ...config, adotLayerArn: undefined } }))
    for (const variables of Object.values(variablesOf(plain)))
      expect(variables).not.toHaveProperty('AWS_LAMBDA_EXEC_WRAPPER')
    for (const { Properties } of Object.values(synthesised(plain).template.findResources('AWS::Lambda::Function')))
      expect((Properties as { readonly Layers?: unknown }).Layers ?? []).toEqual([])
  })
})
