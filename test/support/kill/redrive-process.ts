import { task, tell } from './child.ts'
import { type Places, stockSync } from './stock-sync.ts'

const sync = stockSync(task() as Places)
const handled = await sync.redrive()
sync.close()
await tell({ type: 'finished', handled })
process.exit(0)
