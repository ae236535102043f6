import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import type { Stock } from '../../../item.ts'
import type { HttpWarehouse } from '../../../lib/config/types.ts'
import { secretText } from '../secrets.ts'

export async function httpWarehouse({ url, secret, guarded = true }: HttpWarehouse) {
  return httpTarget<Stock>({
    url,
    guarded,
    hmac: { secret: await secretText(secret) },
    read: (body) => ({ item: body as Readonly<Record<string, unknown>> }),
  })
}
