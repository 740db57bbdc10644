/** The commands, and what becomes of everything that can go wrong with them. */
import { Command, CommanderError } from 'commander'
import { Failure } from '../../shared/failure.ts'
import { runServe } from '../serve/run.ts'
import { version } from '../version.ts'
import { addAnalysisCommand } from './analysisCommand.ts'
import { addCareCommands } from './careCommands.ts'
import { addCompareCommand } from './compareCommand.ts'
import { addConfusionCommands } from './confusionCommands.ts'
import { addDataCommands } from './dataCommands.ts'
import { sentenceOf } from './decisions.ts'
import { addDeriveCommands } from './deriveCommands.ts'
import { addDialCommand } from './dialCommand.ts'
import { somePath, wholeNumber } from './options.ts'
import { bytes, table } from './print.ts'
import { addLabelCommands } from './labelCommands.ts'
import { addRelinkCommand } from './relinkCommand.ts'
import { addRescueCommand } from './rescueCommand.ts'
import { addRouterCommands } from './routerCommands.ts'
import { addRunCommands } from './runCommands.ts'
import { withWorkbench } from './session.ts'
import { remark, show, type Shown } from './show.ts'
import { addSplitCommands } from './splitCommands.ts'
import { addTrainCommand } from './trainCommand.ts'

const done = 0
const failed = 1
const wrongUsage = 2

/** Runs one command line; answers the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  const ride = program()
  try {
    await ride.parseAsync([...words], { from: 'user' })
    return Number(process.exitCode ?? done)
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return done
      remark(usageSentence(error, named(ride, words)))
      return wrongUsage
    }
    const failure = Failure.from(error)
    remark(sentenceOf(failure))
    if (failure.code === 'internal' && error !== failure && process.env['RIDE_DEBUG']) console.error(error)
    return failed
  }
}

function program(): Command {
  const ride = new Command('ride')
    .description('RIDE Workbench: train experts on a long tail, and see what the rare classes are taken for')
    .version(version)
    .enablePositionalOptions()
  addDataCommands(ride)
  addRelinkCommand(ride)
  addRescueCommand(ride)
  addSplitCommands(ride)
  addLabelCommands(ride)
  addTrainCommand(ride)
  addDeriveCommands(ride)
  addRunCommands(ride)
  addConfusionCommands(ride)
  addRouterCommands(ride)
  addDialCommand(ride)
  addAnalysisCommand(ride)
  addCompareCommand(ride)
  addCareCommands(ride)
  ride
    .command('devices')
    .description("show TensorFlow's version and devices")
    .action((choice: Shown) =>
      withWorkbench(async (session) => {
        const devices = await session.call('app.devices', {})
        show(choice, devices, () => [
          `TensorFlow ${devices.tensorflow}`,
          ...table(['device', 'kind', 'memory'], devices.devices.map(({ name, kind, memoryBytes }) => [name, kind, memoryBytes === null ? '-' : bytes(memoryBytes)])),
        ])
      }),
    )
  ride
    .command('serve')
    .argument('[dir]', 'a project to open', somePath)
    .description('open the workbench in a browser')
    .option('--port <n>', 'port on the loopback address; 0 takes any free one (0)', wholeNumber(0, 65_535))
    .option('--no-open', 'print the link only')
    .action((dir: string | undefined, { port, open, json }: Shown & { readonly port?: number; readonly open: boolean }) =>
      runServe({ port: port ?? 0, open, ...(json && { json }), ...(dir !== undefined && { folder: dir }) }),
    )

  for (const command of [ride, ...ride.commands.flatMap((one) => [one, ...one.commands])]) {
    if (command !== ride) command.option('--json', 'end the output with one JSON document')
    // Sentences are printed in one place only, and no command ends the process before its project is closed.
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  }
  return ride
}

/** The names of the command that was meant, and of the one that it belongs to. */
function named(from: Command, [word, ...rest]: readonly string[]): string[] {
  const command = from.commands.find((one) => one.name() === word)
  return command ? [command.name(), ...named(command, rest)] : []
}

function usageSentence({ code, message }: CommanderError, command: readonly string[]): string {
  const help = ['See ride', ...command, '--help.'].join(' ')
  if (code === 'commander.help') return `A command is missing. ${help}`
  const words = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return `${/[.)?!]$/.test(sentence) ? sentence : `${sentence}.`} ${help}`
}
