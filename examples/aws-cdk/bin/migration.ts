import { postgresMigration } from 'dynamodb-stream-sync/targets/postgres'
import { attributeTypes, stock } from '../item.ts'
import { warehouses } from '../warehouses.ts'

const types = { S: 'text', N: 'numeric', BOOL: 'boolean' } as const
const key = stock.key.filter((name) => name !== undefined)
const others = Object.entries(attributeTypes).filter(([name]) => !key.some((one) => one === name))

// The SQL that makes a table fit for each warehouse that is a PostgreSQL database. It can be run again and again.
for (const warehouse of warehouses)
  if (warehouse.kind === 'postgres') {
    const columns = Object.fromEntries(others.map(([name, type]) => [name, types[type]]))
    console.log(`-- ${warehouse.name}, ${warehouse.host}`)
    console.log(postgresMigration({ table: warehouse.table ?? 'stock', key, columns }))
  }
