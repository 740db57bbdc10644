/** Plain Node entry: the workbench in a browser. `serve.ts [DIR] [--port N] [--no-open]` */
import { parseArgs } from 'node:util'
import { Failure } from '../shared/failure.ts'
import { runServe } from './serve/run.ts'

main().catch((error: unknown) => {
  console.error(Failure.from(error).message)
  process.exitCode = 1
})

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: 'string', default: '0' }, 'no-open': { type: 'boolean', default: false } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Failure('invalid-input', `--port ${values.port}: expected a whole number from 0 to 65535.`)
  await runServe({ port, open: !values['no-open'], ...(positionals[0] === undefined ? {} : { folder: positionals[0] }) })
}
