import type { Stock } from '../../item.ts'
import type { Warehouse } from '../../lib/config/types.ts'

const inRegion = (region: string) => (item: Stock) => item.region === region

/**
 * Every warehouse. Under its name stand three lines: what it is, where it is, and its secret in Secrets Manager.
 * `when` says which items it holds; without one it holds all. The settings of a route (`concurrency`, `timeoutMs`, `retry`,
 * `breaker`, `onUnavailable`) may stand beside it.
 */
export const warehouses: readonly Warehouse[] = [
  {
    name: 'berlin',
    kind: 'http',
    url: 'https://berlin.example/stock/{sku}',
    secret: 'inventory/berlin', // its text is the key of the HMAC
    list: 'https://berlin.example/stock', // what reconcile reads, page by page; without it berlin is not reconciled
    when: inRegion('eu'),
  },
  {
    name: 'lyon',
    kind: 'postgres',
    host: 'lyon-db.example',
    secret: 'inventory/lyon', // JSON with username and password
    when: inRegion('eu'),
    concurrency: 2,
  },
  {
    name: 'austin',
    kind: 'http',
    url: 'https://austin.example/stock/{sku}',
    secret: 'inventory/austin',
    when: inRegion('us'),
    queue: true, // slow: a FIFO queue of its own takes its changes, and a function of its own drains it
  },
  {
    name: 'ledger',
    kind: 'dynamodb',
    tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/stock-ledger',
  },
  // A group of partners: whoever takes the events of its rule on the bus.
  { name: 'garden-partners', kind: 'event-bridge', regions: ['eu'], categories: ['garden', 'tools'] },
]
