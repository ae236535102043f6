import { attributeTypes } from '../../item.ts'
import { isWhole } from './is.ts'
import { refusedRoute } from './check-library.ts'
import type { Problem, Says } from './problems.ts'
import type { Warehouse } from './types.ts'
import { mostAttempts } from './worst-case.ts'

type Check = (warehouse: Warehouse) => readonly Says[]

/** What of the warehouses cannot work. */
export function checkWarehouses(warehouses: readonly Warehouse[]): readonly Problem[] {
  const problem = (index: number, [setting, says]: Says): Problem => ({
    file: 'warehouses.ts',
    path: ['warehouses', index, setting],
    says,
  })
  const none: Problem = {
    file: 'warehouses.ts',
    path: ['warehouses'],
    says: 'there is no warehouse. Write at least one.',
  }
  if (warehouses.length === 0) return [none]
  return warehouses.flatMap((warehouse, index) => {
    const found = [
      ...doubled(warehouses, index),
      ...named(warehouse),
      ...routed(warehouse),
      ...(byKind[warehouse.kind]?.(warehouse) ?? unknownKind(warehouse)),
    ]
    return (found.length > 0 ? found : refusedRoute(warehouse)).map((says) => problem(index, says))
  })
}

function doubled(warehouses: readonly Warehouse[], index: number): readonly Says[] {
  const name = warehouses[index]?.name
  const isFirst = warehouses.findIndex((one) => one.name === name) === index
  return isFirst ? [] : [['name', `two warehouses are called '${name}'. Give this one a name of its own.`]]
}

function named({ name }: Warehouse): readonly Says[] {
  if (typeof name === 'string' && /^[a-z][a-z0-9-]{0,29}$/.test(name)) return []
  return [['name', 'name must begin with a small letter, and hold small letters, digits and dashes, at most 30.']]
}

function unknownKind({ kind, name }: Warehouse): readonly Says[] {
  const known = Object.keys(byKind).map((one) => `'${one}'`)
  return [['kind', `'${name}' is of the unknown kind '${String(kind)}'. Write one of ${known.join(', ')}.`]]
}

function routed({ name, retry, timeoutMs, concurrency }: Warehouse): readonly Says[] {
  const says: Says[] = []
  if (retry?.maxAttempts !== undefined && !isWhole(retry.maxAttempts, 1, mostAttempts))
    says.push([
      'retry',
      `'${name}' must have maxAttempts from 1 to ${mostAttempts}: endless retries would hold its batch until it is killed.`,
    ])
  if (timeoutMs !== undefined && !isWhole(timeoutMs, 1, 60_000))
    says.push(['timeoutMs', `'${name}' must have a timeoutMs from 1 to 60,000.`])
  if (concurrency !== undefined && !isWhole(concurrency, 1, 1_000))
    says.push(['concurrency', `'${name}' must have a concurrency from 1 to 1,000.`])
  return says
}

const byKind: Readonly<Record<string, Check>> = {
  http: (warehouse) => {
    if (warehouse.kind !== 'http') return []
    const { name, url, list } = warehouse
    const says = [...secret(warehouse), ...address(name, 'url', url)]
    if (list !== undefined) says.push(...address(name, 'list', list))
    if (!String(url).includes('{'))
      says.push(['url', `'${name}' has a url that names no item. Write one with {sku} in it.`])
    for (const [, attribute = ''] of String(url).matchAll(/\{([^{}]*)\}/g))
      if (!Object.hasOwn(attributeTypes, attribute))
        says.push(['url', `'${name}' has {${attribute}} in its url, which is no attribute of item.ts.`])
    return says
  },
  postgres: (warehouse) => {
    if (warehouse.kind !== 'postgres') return []
    const { name, host } = warehouse
    const isHost = typeof host === 'string' && /^[\w.-]+$/.test(host)
    return [
      ...secret(warehouse),
      ...(isHost ? [] : [['host', `'${name}' has no host. Write the name of its server.`] as const]),
    ]
  },
  dynamodb: (warehouse) => {
    if (warehouse.kind !== 'dynamodb') return []
    const { name, tableArn } = warehouse
    if (/^arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{3,255}$/.test(String(tableArn))) return []
    return [['tableArn', `'${name}' has no ARN of a table. Write arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.`]]
  },
  'event-bridge': (warehouse) => {
    if (warehouse.kind !== 'event-bridge') return []
    const { name, regions, categories } = warehouse
    const isEmpty = (list?: readonly string[]) => list?.length === 0
    const says: Says[] = []
    if (isEmpty(regions))
      says.push(['regions', `'${name}' has no regions, and would get nothing. Leave the line out for all.`])
    if (isEmpty(categories))
      says.push(['categories', `'${name}' has no categories, and would get nothing. Leave the line out for all.`])
    if ('when' in warehouse) says.push(['when', `'${name}' is a group by its regions and categories. Leave when out.`])
    if ('queue' in warehouse)
      says.push(['queue', `'${name}' is a group on the bus, which has queues already. Leave queue out.`])
    return says
  },
}

function secret({ name, secret: id }: { readonly name: string; readonly secret: string }): Says[] {
  if (typeof id === 'string' && /^[\w/+=.@-]{1,512}$/.test(id)) return []
  return [['secret', `'${name}' has no secret. Write the name of its secret in Secrets Manager.`]]
}

function address(name: string, setting: string, given: string): readonly Says[] {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1'
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return []
  return [[setting, `'${name}' has no https URL. Write one: what is sent must not be read on its way.`]]
}
