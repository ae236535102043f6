'use strict'

const { callAll } = require('./calls.cjs')

callAll((name) => require(name), process.argv.slice(2)).then((told) => console.log(JSON.stringify(told)))
