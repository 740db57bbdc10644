/** Plain Node entry: the workbench from a terminal and for scripts. Exit codes: 0 done, 1 failed, 2 wrong usage. */
import { run } from './cli/program.ts'

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})
void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
