/**
 * `--self-test[=FILE]`: whether this installation works, from its store to its trainer, in a temporary folder.
 *
 * The program that is asked starts itself a second time and waits: so it can tell of a crash, and clear away what Chromium
 * writes until its very end.
 */
import { app } from 'electron'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../shared/failure.ts'
import { version } from '../version.ts'
import { selfTestSteps, type Desk } from './selfTestSteps.ts'

/** A machine that is slow, not one that hangs. */
const patienceMs = 180_000

const inFolder = '--self-test-in='

export interface SelfTest {
  /** What would otherwise be kept in the person's own folders. */
  readonly folder: string
  /** Where the report goes; undefined is stdout. */
  readonly file: string | undefined
}

interface Step {
  readonly step: string
  readonly ok: boolean
  readonly seconds: number
  readonly facts: Readonly<Record<string, unknown>>
}

/** What this program is to take part in; undefined where the command line asks for no test. The one that only waits never returns. */
export function selfTestAsked(): SelfTest | undefined {
  const words = process.argv.slice(1)
  const asked = words.find((word) => word === '--self-test' || word.startsWith('--self-test='))
  if (asked === undefined) return undefined
  const file = asked.slice('--self-test='.length)
  const folder = words.find((word) => word.startsWith(inFolder))?.slice(inFolder.length)
  return folder === undefined ? supervise(words) : { folder, file: file === '' ? undefined : path.resolve(file) }
}

function supervise(words: readonly string[]): never {
  const folder = mkdtempSync(path.join(tmpdir(), 'ride-self-test-'))
  const { status, signal, error } = spawnSync(process.execPath, [...words, `${inFolder}${folder}`], { stdio: 'inherit', timeout: patienceMs + 30_000, killSignal: 'SIGKILL' })
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  if (status === null) console.error(`The self-test failed: the program ended unexpectedly (${error?.message ?? signal}).`)
  process.exit(status ?? 1)
}

/** Takes the steps, writes the report and ends the program: 0 where every step is well, else 1 and a sentence on stderr. */
export async function selfTest({ folder, file }: SelfTest, openDesk: (ownFolder: string) => Promise<Desk>): Promise<void> {
  const steps: Step[] = []
  let failure: string | null = null
  let step = 'program'
  let begunMs = performance.now()
  const done = (ok: boolean, facts: Step['facts'] = {}): void => {
    steps.push({ step, ok, seconds: Math.round(performance.now() - begunMs) / 1000, facts })
    begunMs = performance.now()
  }
  const take = async (): Promise<void> => {
    const desk = await openDesk(folder)
    done(true)
    for (const [name, work] of selfTestSteps(desk, folder)) {
      step = name
      done(true, await work())
    }
  }
  const tooLong = sleep(patienceMs).then(() => {
    throw new Failure('internal', `Nothing came of it for ${patienceMs / 1000} seconds.`)
  })
  try {
    await Promise.race([take(), tooLong])
  } catch (error) {
    failure = `The self-test failed at the step "${step}". ${Failure.from(error).message}`
    done(false)
  }
  try {
    write(file, { ok: failure === null, failure, version, ...versions(), packaged: app.isPackaged, steps })
  } catch (error) {
    failure ??= `The report of the self-test cannot be written to ${file ?? 'stdout'}: ${Failure.from(error).message}`
  }
  if (failure !== null) console.error(failure)
  app.exit(failure === null ? 0 : 1)
}

function versions(): Readonly<Record<string, string | undefined>> {
  const { electron, chrome, node } = process.versions as NodeJS.ProcessVersions & { readonly chrome?: string }
  return { electron, chromium: chrome, node, platform: `${process.platform}-${process.arch}` }
}

function write(file: string | undefined, report: object): void {
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (file === undefined) writeSync(1, text)
  else writeFileSync(file, text)
}
