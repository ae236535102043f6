import { eventBridgeTarget } from 'dynamodb-stream-sync/targets/event-bridge'
import type { Stock } from '../../../item.ts'
import { groupSource } from '../../../lib/bus/group-source.ts'
import type { EventBridgeWarehouse } from '../../../lib/config/types.ts'
import { variable } from '../environment.ts'

export async function eventBridgeWarehouse({ name, guarded = true }: EventBridgeWarehouse) {
  return eventBridgeTarget<Stock>({ eventBusName: variable('EVENT_BUS'), source: groupSource(name), guarded })
}
