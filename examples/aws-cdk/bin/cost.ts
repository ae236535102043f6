import { costTable } from '../lib/cost/table.ts'

console.log(costTable())
