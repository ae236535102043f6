import { task, tell } from './child.ts'
import { type Places, stockSync } from './stock-sync.ts'

const sync = stockSync(task() as Places)
await sync.mapping().run()
sync.close()
await tell({ type: 'finished', handled: 0 })
process.exit(0)
