import { config } from '../config.ts'
import { costTable, sizeOf } from '../lib/cost/table.ts'
import { warehouses } from '../warehouses.ts'

console.log(costTable(sizeOf(config, warehouses)))
