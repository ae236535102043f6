import { sourcePlace } from '../reconcile/athena/places.ts'
import { isComparable } from './comparable.ts'
import type { Problem } from './problems.ts'
import type { Deployment, Warehouse } from './types.ts'

/** What keeps reconcile from reading any warehouse, and Athena from comparing exports: there are none, or it cannot tell which rows a warehouse should hold. */
export function checkReconcile(
  { reconcile, region }: Deployment,
  warehouses: readonly Warehouse[],
): readonly Problem[] {
  if (reconcile.scale !== 'off' && warehouses.length > 0 && !warehouses.some(isComparable))
    return [
      {
        file: 'config.ts',
        path: ['config', 'reconcile', 'scale'],
        says: "reconcile can read no warehouse. Write the list of one in warehouses.ts, or 'off'.",
      },
    ]
  if (reconcile.scale !== 'athena') return []
  if (!warehouses.some(({ kind }) => kind === 'dynamodb'))
    return [
      {
        file: 'config.ts',
        path: ['config', 'reconcile', 'scale'],
        says: "'athena' compares exports of DynamoDB tables, and no warehouse is one. Write 'map'.",
      },
    ]
  return warehouses.flatMap((warehouse, index): readonly Problem[] => {
    if (warehouse.kind !== 'dynamodb') return []
    const problem = (setting: string, says: string): Problem => ({
      file: 'warehouses.ts',
      path: ['warehouses', index, setting],
      says,
    })
    const { name, tableArn, when, where } = warehouse
    return [
      ...(name === sourcePlace
        ? [problem('name', `'${name}' is what Athena calls the inventory table. Give another name.`)]
        : []),
      ...(when && where === undefined
        ? [problem('when', `'${name}' has a when that SQL cannot ask. Say the same in where, such as "region = 'eu'".`)]
        : []),
      ...(String(tableArn).split(':')[3] === region
        ? []
        : [
            problem(
              'tableArn',
              `'${name}' is of another region, and is not exported here. Write 'map' as reconcile.scale.`,
            ),
          ]),
    ]
  })
}
