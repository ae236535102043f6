import { callAll } from './calls.cjs'

console.log(JSON.stringify(await callAll((name) => import(name), process.argv.slice(2))))
