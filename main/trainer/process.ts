/** What this process costs, and the machine it runs on. */
import { execFileSync } from 'node:child_process'
import os from 'node:os'
import type { Devices } from '../../shared/contract/app.ts'
import type { Binding } from './graph/native.ts'

export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

/** Lets messages in: TensorFlow holds the thread while it runs. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export function devicesOf(binding: Binding): Devices {
  const cpu = { name: os.cpus()[0]?.model.trim() || 'CPU', kind: 'cpu' as const, memoryBytes: os.totalmem() }
  return { tensorflow: binding.TF_Version, devices: binding.isUsingGpuDevice() ? [...gpus(), cpu] : [cpu] }
}

/** What the graph runs on. */
export function deviceName(binding: Binding): string {
  return devicesOf(binding).devices[0]!.name
}

/** The addon says only that there is one; NVIDIA's own tool knows its name and its memory in MiB. */
function gpus(): Devices['devices'] {
  try {
    const lines = execFileSync('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'], { encoding: 'utf8', timeout: 10_000 }).trim().split('\n')
    return lines.map((line) => {
      const [name, memory] = line.split(',')
      const bytes = Number(memory) * 2 ** 20
      return { name: name!.trim(), kind: 'gpu', memoryBytes: Number.isSafeInteger(bytes) ? bytes : null }
    })
  } catch {
    return [{ name: 'GPU', kind: 'gpu', memoryBytes: null }]
  }
}
